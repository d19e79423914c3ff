using PortPortal.Components.Kit;
using PortPortal.Engine.Common;
using PortPortal.Engine.Exposures;
using PortPortal.Engine.Exposures.PortForwards;
using PortPortal.Engine.Forwarding;
using PortPortal.Engine.Nodes;
using PortPortal.Engine.Sessions;

namespace PortPortal.Components.Live;

/// <summary>One machine that forwards.</summary>
public sealed record NodeRow
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    /// <summary>Its end of the tunnel, and the name under which the world reaches it.</summary>
    public required string Host { get; init; }

    public required PpState State { get; init; }

    public required string Word { get; init; }

    /// <summary>How the edge reaches its sessions.</summary>
    public required string Way { get; init; }

    public required int Sessions { get; init; }

    public required int Wanted { get; init; }

    public required int Found { get; init; }

    public required string Forwarder { get; init; }

    /// <summary>Why that one is in force.</summary>
    public required string Reason { get; init; }

    public string? Fault { get; init; }

    /// <summary>Some forward is not as it is wanted.</summary>
    public required bool IsDrifted { get; init; }

    /// <summary>When wanted and found were compared last.</summary>
    public DateTimeOffset? ComparedAt { get; init; }

    public long Mended { get; init; }

    public DateTimeOffset? MendedAt { get; init; }

    public ValueList<ForwardDrift> LastMended { get; init; } = [];

    /// <summary>Null for the machine this runs on.</summary>
    public NodeStatus? Remote { get; init; }

    /// <summary>Somebody should look.</summary>
    public bool IsOff => State is PpState.Warn or PpState.Danger;

    /// <summary>“6 of 6 in sync”, or how many differ.</summary>
    public string Rules => IsDrifted ? $"{Math.Max(1, Wanted - Found)} of {Wanted} differ" : $"{Found} of {Wanted} in sync";

    public PpState RulesState => IsDrifted ? PpState.Warn : Remote is { State: not NodeState.Connected } ? PpState.Off : PpState.Live;

    public string Href => $"/nodes?node={Uri.EscapeDataString(Id)}";

    internal static NodeRow Of(ForwardingStatus node, int sessions, IEnumerable<PortForwardStatus> forwards)
    {
        var isDrifted = node.Fault is not null || node.Differences.Count > 0 || forwards.Any(forward => forward.State == ExposureState.Failed);
        return new()
        {
            Id = node.NodeId,
            Name = node.NodeId == LocalNode.Id ? Environment.MachineName : node.NodeId,
            Host = node.Host,
            State = isDrifted ? PpState.Warn : PpState.Live,
            Word = isDrifted ? "Drifted" : "Healthy",
            Way = "This machine",
            Sessions = sessions,
            Wanted = node.Wanted,
            Found = node.Found,
            Forwarder = node.Forwarder.Name,
            Reason = node.Forwarder.Reason,
            Fault = node.Fault,
            IsDrifted = isDrifted,
            ComparedAt = node.ComparedAt,
            Mended = node.Mended,
            MendedAt = node.MendedAt,
            LastMended = node.LastMended,
        };
    }

    /// <param name="rules">The ports it shall have, as it has them.</param>
    internal static NodeRow Of(NodeStatus node, int sessions, IReadOnlyList<NodeRuleRow> rules, DateTimeOffset now)
    {
        var differing = node.State == NodeState.Connected ? rules.Count(rule => rule.Css is not null) : 0;
        var (state, word) = StateOf(node, differing > 0, now);
        return new()
        {
            Id = node.Id,
            Name = node.Name,
            Host = node.Host is { } host ? $"{node.TunnelAddress} · {host}" : $"{node.TunnelAddress}",
            State = state,
            Word = word,
            Way = WayOf(node),
            Sessions = sessions,
            Wanted = rules.Count,
            Found = rules.Count - differing,
            Forwarder = node.Forwarding ?? "not known yet",
            Reason = node.Forwarding is null ? "The machine has not reported yet." : "As the machine reports.",
            Fault = node.Problem,
            IsDrifted = differing > 0,
            ComparedAt = node.ReportedAt,
            Mended = node.Mended,
            Remote = node,
        };
    }

    private static (PpState State, string Word) StateOf(NodeStatus node, bool isDrifted, DateTimeOffset now) => node switch
    {
        { State: NodeState.Waiting } when node.TokenExpiresAt <= now => (PpState.Gone, "Token is over"),
        { State: NodeState.Waiting } => (PpState.Waiting, "Waiting"),
        { State: NodeState.Unreachable } => (PpState.Warn, "Unreachable"),
        _ when isDrifted => (PpState.Warn, "Drifted"),
        { StreamUp: false } => (PpState.Warn, "Stream is cut"),
        { Problem: not null } => (PpState.Warn, "No tunnel"),
        { Draining: true } => (PpState.Paused, "Draining"),
        _ => (PpState.Live, "Healthy"),
    };

    private static string WayOf(NodeStatus node) => node.Way switch
    {
        NodeWay.WireGuard => node.Device is "kernel" or null ? "WireGuard, kernel" : $"WireGuard, {node.Device}",
        NodeWay.Stream => "TLS stream",
        _ => "None",
    };
}
