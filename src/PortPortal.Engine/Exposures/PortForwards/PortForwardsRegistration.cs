using Microsoft.Extensions.DependencyInjection;

namespace PortPortal.Engine.Exposures.PortForwards;

internal static class PortForwardsRegistration
{
    public static IServiceCollection AddPortForwards(this IServiceCollection services)
    {
        services.AddSingleton<PortForwardFeed>();
        services.AddSingleton<ForwardingFeed>();
        services.AddSingleton<PortForwardHost>();
        services.AddSingleton<PortForwardBook>();
        services.AddSingleton<PortForwardEnforcement>();
        services.AddSingleton<PortForwardReconciler>();
        services.AddSingleton<PortForwardService>();
        services.AddSingleton<ForwardingRepair>();
        services.AddSingleton<PortForwardMeter>();
        services.AddHostedService<PortForwardSessions>();
        services.AddHostedService<PortForwardKnocks>();
        services.AddHostedService(provider => provider.GetRequiredService<PortForwardReconciler>());
        services.AddHostedService(provider => provider.GetRequiredService<PortForwardMeter>());
        return services;
    }
}
