using Microsoft.Extensions.DependencyInjection;
using PortPortal.Engine.Sessions.Listeners;

namespace PortPortal.Engine.Sessions.Containers;

internal static class ContainersRegistration
{
    /// <summary>The watch over this machine's containers, and over the ports inside them.</summary>
    /// <remarks>Needs what <see cref="ListenersRegistration.AddListeners"/> adds.</remarks>
    public static IServiceCollection AddContainers(this IServiceCollection services)
    {
        services.AddOptions<ContainerOptions>()
            .BindConfiguration(ContainerOptions.Section)
            .Validate(
                options => options.Socket is ContainerOptions.Automatic or ContainerOptions.None || Path.IsPathRooted(options.Socket) || options.Socket.StartsWith("unix:///", StringComparison.Ordinal),
                "Containers:Socket takes auto, none, or the path of a socket, such as /run/podman/podman.sock.")
            .ValidateOnStart();
        services.AddSingleton<ContainerWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<ContainerWatch>());
        services.AddSingleton<ContainerListenersWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<ContainerListenersWatch>());
        return services;
    }
}
