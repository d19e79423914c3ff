using Microsoft.Extensions.DependencyInjection;

namespace PortPortal.Engine.Revocations;

internal static class RevocationsRegistration
{
    /// <summary>Add it after the exposures, which it speaks of.</summary>
    public static IServiceCollection AddRevocations(this IServiceCollection services)
    {
        services.AddSingleton<RevokedGrants>();
        services.AddSingleton<KeptOutFeed>();
        services.AddSingleton<RevocationService>();
        services.AddHostedService<RevocationLoader>();
        return services;
    }
}
