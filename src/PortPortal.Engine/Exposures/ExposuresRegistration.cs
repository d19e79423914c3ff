using Microsoft.Extensions.DependencyInjection;
using PortPortal.Engine.Exposures.AccessRequests;
using PortPortal.Engine.Exposures.Containers;
using PortPortal.Engine.Exposures.Limits;
using PortPortal.Engine.Exposures.PortForwards;

namespace PortPortal.Engine.Exposures;

internal static class ExposuresRegistration
{
    /// <summary>Add it after the sessions: the first pass of the reconciler reads them.</summary>
    public static IServiceCollection AddExposures(this IServiceCollection services)
    {
        services.AddSingleton<ExposureFeed>();
        services.AddSingleton<GatePassages>();
        services.AddSingleton<ExposureDials>();
        services.AddSingleton<ExposurePins>();
        services.AddSingleton<ExposureService>();
        services.AddSingleton<LimitService>();
        services.AddSingleton<WhoGetsIn>();
        services.AddSingleton<AllowListUse>();
        services.AddHostedService(provider => provider.GetRequiredService<AllowListUse>());
        services.AddSingleton<ExposureRights>();
        services.AddSingleton<PortQuarantine>();
        services.AddSingleton<SessionPeers>();
        services.AddHostedService(provider => provider.GetRequiredService<SessionPeers>());
        services.AddSingleton<SessionRegistration>();
        services.AddSingleton<SessionEnding>();
        services.AddSingleton<DetectedExposures>();
        services.AddSingleton<ExposureReconciler>();
        services.AddHostedService<SessionWatch>();
        services.AddHostedService<ExposureProbe>();
        services.AddHostedService(provider => provider.GetRequiredService<ExposureReconciler>());
        services.AddSingleton<AccessRequestFeed>();
        services.AddSingleton<AccessRequestService>();
        services.AddHostedService<AccessRequestLoader>();
        services.AddHostedService<SessionExpiry>();
        services.AddHostedService<OpenPorts>();
        services.AddSingleton<HealthWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<HealthWatch>());
        services.AddSingleton<HealthCheck>();
        services.AddContainerSessions();
        return services.AddPortForwards();
    }
}
