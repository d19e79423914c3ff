using Microsoft.Extensions.DependencyInjection;
using PortPortal.Engine.Sessions.Containers;

namespace PortPortal.Engine.Exposures.Containers;

internal static class ContainerSessionsRegistration
{
    /// <summary>Needs the exposures' own services and the accounts.</summary>
    public static IServiceCollection AddContainerSessions(this IServiceCollection services)
    {
        services.AddContainers();
        services.AddSingleton<ContainerAdoption>();
        services.AddHostedService<ContainerSessions>();
        return services;
    }
}
