using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using PortPortal.Engine.Common;
using PortPortal.Engine.Data;
using PortPortal.Engine.Forwarding;
using PortPortal.Engine.Nodes;
using PortPortal.Engine.Sessions.Listeners;

namespace PortPortal.Engine.Agent;

internal static class AgentRegistration
{
    /// <summary>Everything a machine needs to be a node: no database, no portal, no edge.</summary>
    public static IServiceCollection AddAgent(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(new DataDirectory(configuration[DataDirectory.Setting] is { Length: > 0 } path ? path : DataDirectory.Default));
        services.AddOptions<AgentOptions>().BindSettings(AgentOptions.Section);
        services.AddNodesOptions();
        services.AddForwarding();
        services.AddSingleton<PortProbe>();
        services.AddSingleton<Enrolment>();
        services.AddSingleton<AgentTunnel>();
        services.AddSingleton<AgentPorts>();
        services.AddSingleton<AgentWork>();
        services.AddSingleton<NodeAgent>();
        services.AddHostedService(provider => provider.GetRequiredService<AgentPorts>());
        services.AddHostedService(provider => provider.GetRequiredService<NodeAgent>());
        return services;
    }
}
