using PortPortal.Engine.Exposures;
using PortPortal.Engine.Exposures.PortForwards;
using PortPortal.Engine.Forwarding;
using PortPortal.Engine.Nodes;
using PortPortal.Sdk;

namespace PortPortal.Wire;

/// <summary>Machines that forward: this one, and those that have joined.</summary>
internal static class NodeMapping
{
    public static NodeInfo ToInfo(this ForwardingStatus node) => new()
    {
        Id = node.NodeId,
        State = "connected",
        Hostname = node.Host,
        Forwarder = node.Forwarder.Name,
        Reason = node.Forwarder.Reason,
        Wanted = node.Wanted,
        Found = node.Found,
        Differences = [.. node.Differences.Select(ToInfo)],
        Fault = node.Fault,
        ComparedAt = node.ComparedAt,
        Mended = node.Mended,
        MendedAt = node.MendedAt,
        LastMended = [.. node.LastMended.Select(ToInfo)],
    };

    public static NodeInfo ToInfo(this NodeStatus node, IEnumerable<PortForwardStatus> forwards)
    {
        var wanted = forwards.Where(forward => forward.IsWanted).ToList();
        return new()
        {
            Id = node.Id,
            State = node.Draining && node.State == NodeState.Connected ? "draining" : WireWord.Of(node.State),
            Hostname = node.Host ?? node.Name,
            Forwarder = node.Forwarding ?? "unknown",
            Reason = node.Problem ?? (node.Forwarding is null ? "The machine has not reported yet." : "As the machine reports."),
            Remote = node.ToInfo(),
            Wanted = wanted.Count,
            Found = wanted.Count(forward => forward.State == ExposureState.Active),
            Differences = [],
            Mended = 0,
            LastMended = [],
        };
    }

    public static RemoteNodeInfo ToInfo(this NodeStatus node) => new()
    {
        Id = node.Id,
        Name = node.Name,
        Host = node.Host,
        State = WireWord.Of(node.State),
        StateSince = node.StateSince,
        Draining = node.Draining,
        Way = WireWord.Of(node.Way),
        StreamUp = node.StreamUp,
        TunnelUp = node.TunnelUp,
        Problem = node.Problem,
        TunnelAddress = node.TunnelAddress.ToString(),
        TunnelDevice = node.Device,
        LastHandshake = node.LastHandshake,
        BytesReceived = node.BytesReceived,
        BytesSent = node.BytesSent,
        RoundTripMilliseconds = node.RoundTrip?.TotalMilliseconds,
        Forwarding = node.Forwarding,
        Version = node.Version,
        CreatedAt = node.CreatedAt,
        JoinedAt = node.JoinedAt,
        TokenExpiresAt = node.TokenExpiresAt,
    };

    private static ForwardDifferenceInfo ToInfo(ForwardDrift drift) => new(WireWord.Of(drift.Kind), drift.PublicPort, drift.Wanted, drift.Found);
}
