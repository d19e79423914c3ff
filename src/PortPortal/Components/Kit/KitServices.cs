using Microsoft.Extensions.DependencyInjection.Extensions;

namespace PortPortal.Components.Kit;

internal static class KitServices
{
    /// <summary>What the kit's parts need for each open page.</summary>
    public static IServiceCollection AddKit(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddScoped<PpClock>();
        services.AddScoped<Toasts>();
        services.AddScoped<ReaderZone>();
        return services;
    }
}
