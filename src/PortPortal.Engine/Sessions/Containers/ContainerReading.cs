using System.Globalization;
using System.Net;
using PortPortal.Engine.Common;

namespace PortPortal.Engine.Sessions.Containers;

/// <summary>What an engine's answer means.</summary>
internal static class ContainerReading
{
    private const int MaxName = 128;

    public static ContainerSighting ToSighting(this ContainerJson.Inspected container)
    {
        var state = StateOf(container.State.Status);
        var isAlive = state is ContainerState.Running or ContainerState.Paused;
        var usesHostNetwork = container.HostConfig?.NetworkMode is "host";
        return new()
        {
            Id = container.Id,
            Name = ForeignText.Clean(container.Name?.TrimStart('/') ?? "", MaxName),
            Image = ForeignText.Clean(container.Config?.Image ?? "", MaxName),
            State = state,
            Address = isAlive && !usesHostNetwork ? AddressIn(container.NetworkSettings) : null,
            Pid = isAlive && container.State.Pid > 0 ? container.State.Pid : null,
            UsesHostNetwork = usesHostNetwork,
            Published = isAlive ? PublishedBy(container.NetworkSettings) : [],
            Labels = ContainerLabels.Read(container.Config?.Labels),
            CreatedAt = container.Created,
            StartedAt = container.State.StartedAt > DateTimeOffset.UnixEpoch ? container.State.StartedAt : null,
        };
    }

    /// <summary>The container an event is about; null for one that changes nothing we show.</summary>
    /// <remarks>Health checks and commands run inside come by the thousand. A network's events name the container they are about among the attributes.</remarks>
    public static string? Subject(this ContainerJson.Event happened) => happened switch
    {
        { Type: "network" } => happened.Actor?.Attributes?.GetValueOrDefault("container"),
        { Action: null } => null,
        { Action: var action } when action.StartsWith("exec", StringComparison.Ordinal) || action.StartsWith("health", StringComparison.Ordinal) => null,
        { Action: "top" or "attach" or "detach" or "resize" or "export" or "copy" or "archive-path" or "extract-to-dir" } => null,
        _ => happened.Actor?.Id,
    };

    /// <summary>Docker: created, running, paused, restarting, removing, exited, dead. Podman adds initialized, configured, stopping, stopped.</summary>
    private static ContainerState StateOf(string status) => status switch
    {
        "running" or "stopping" => ContainerState.Running,
        "paused" => ContainerState.Paused,
        "created" or "configured" or "initialized" or "restarting" => ContainerState.Starting,
        _ => ContainerState.Exited,
    };

    /// <summary>Of several networks the first by name, so that the answer does not change by chance; IPv4 before IPv6.</summary>
    private static IPAddress? AddressIn(ContainerJson.NetworkSettings? settings)
    {
        var networks = settings?.Networks?.OrderBy(network => network.Key, StringComparer.Ordinal).Select(network => network.Value).OfType<ContainerJson.Network>().ToList() ?? [];
        return networks.Select(network => network.Address)
            .Concat(networks.Select(network => network.Ipv6Address))
            .Select(text => IPAddress.TryParse(text, out var address) ? address : null)
            .FirstOrDefault(address => address is not null);
    }

    private static ValueList<PublishedPort> PublishedBy(ContainerJson.NetworkSettings? settings)
    {
        var published =
            from port in settings?.Ports ?? []
            where port.Key.EndsWith("/tcp", StringComparison.Ordinal) && port.Value is not null
            from binding in port.Value
            let inside = Number(port.Key[..^"/tcp".Length])
            let outside = Number(binding.HostPort)
            where inside > 0 && outside > 0
            select new PublishedPort(inside, new(HostAddress(binding.HostIp), outside));
        return published.Distinct().OrderBy(p => p.Port).ThenBy(p => p.Host.ToString(), StringComparer.Ordinal).ToValueList();
    }

    /// <summary>Bound to every address means reachable by loopback.</summary>
    private static IPAddress HostAddress(string? text) =>
        !IPAddress.TryParse(text, out var address) || address.Equals(IPAddress.Any) ? IPAddress.Loopback
        : address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback
        : address;

    private static int Number(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= 65535 ? number : 0;
}
