using Microsoft.Extensions.DependencyInjection.Extensions;

namespace PortPortal.Start;

internal static class StartRegistration
{
    /// <summary>Add it first: hosted services start in the order in which they were added.</summary>
    public static IServiceCollection AddOpening(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<Opening>();
        services.AddHostedService(provider => provider.GetRequiredService<Opening>());
        services.AddHostedService<OwnAddresses>();
        services.AddHostedService<Summary>();
        return services;
    }
}
