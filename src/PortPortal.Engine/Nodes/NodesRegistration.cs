using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using PortPortal.Engine.Common;

namespace PortPortal.Engine.Nodes;

internal static class NodesRegistration
{
    public static IServiceCollection AddNodes(this IServiceCollection services)
    {
        services.AddNodesOptions();
        services.AddSingleton<NodeFeed>();
        services.AddSingleton<NodeService>();
        services.AddSingleton<NodeWants>();
        services.AddSingleton<NodeLinks>();
        services.AddSingleton<EdgeTunnel>();
        services.AddHostedService<NodeWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<EdgeTunnel>());
        return services;
    }

    /// <summary>The settings alone, which a node reads too.</summary>
    public static IServiceCollection AddNodesOptions(this IServiceCollection services)
    {
        services.AddOptions<NodesOptions>().BindSettings(NodesOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<NodesOptions>, NodesOptionsValidation>();
        return services;
    }
}
