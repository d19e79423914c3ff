using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace PortPortal.Engine.Sessions.Listeners;

internal static class ListenersRegistration
{
    /// <summary>The watch over this machine's ports, and the probe.</summary>
    public static IServiceCollection AddListeners(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<OwnListeners>();
        services.TryAddSingleton(provider => new HidingRule(provider.GetRequiredService<OwnListeners>(), Environment.ProcessId));
        services.AddSingleton<SocketOwners>();
        services.AddSingleton<PortProbe>();
        services.AddSingleton(provider => new ListenerScanner(
            NetworkNamespace.Own, provider.GetRequiredService<SocketOwners>(), provider.GetRequiredService<HidingRule>()));
        services.AddSingleton<ListenerWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<ListenerWatch>());
        return services;
    }
}
