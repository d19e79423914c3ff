using Microsoft.Extensions.DependencyInjection;

namespace PortPortal.Engine.Exposures.Remote;

internal static class RemoteRegistration
{
    public static IServiceCollection AddRemoteSessions(this IServiceCollection services)
    {
        services.AddSingleton<RemoteDials>();
        services.AddSingleton<NodeInvitations>();
        services.AddSingleton<NodeRemoval>();
        services.AddSingleton<NodeRepair>();
        services.AddSingleton<TunnelKeyRenewal>();
        services.AddHostedService<RemoteSessions>();
        services.AddHostedService<RemotePorts>();
        return services;
    }
}
