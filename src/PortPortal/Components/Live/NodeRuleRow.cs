using System.Collections.Immutable;
using System.Globalization;
using PortPortal.Components.Kit;
using PortPortal.Engine.Exposures;
using PortPortal.Engine.Exposures.PortForwards;
using PortPortal.Engine.Forwarding;
using PortPortal.Engine.Nodes;
using PortPortal.Engine.Nodes.Protocol;

namespace PortPortal.Components.Live;

/// <summary>One public port of a node: as wanted, or how it differs.</summary>
public sealed record NodeRuleRow
{
    public required string Key { get; init; }

    public required string Port { get; init; }

    /// <summary>Where it leads.</summary>
    public required string Guest { get; init; }

    /// <summary>Whose it is.</summary>
    public required string For { get; init; }

    /// <summary>The session's page.</summary>
    public string? Href { get; init; }

    public required string Word { get; init; }

    public required string Icon { get; init; }

    /// <summary>missing, stray, or nothing.</summary>
    public string? Css { get; init; }

    /// <summary>Differences first, then by port.</summary>
    internal static IReadOnlyList<NodeRuleRow> Of(ForwardingStatus node, IEnumerable<PortForwardStatus> forwards)
    {
        var byMark = forwards.ToDictionary(forward => forward.Mark);
        var differing = node.Differences.Where(drift => drift.Mark is not null).ToLookup(drift => drift.Mark!.Value);
        var strays = node.Differences.Where(drift => drift.Mark is not { } mark || !byMark.ContainsKey(mark)).Select(Stray);
        var wanted = byMark.Values.Select(forward => Wanted(forward, differing[forward.Mark].FirstOrDefault()));
        return [.. strays.Concat(wanted).OrderBy(row => row.Css is null).ThenBy(row => row.Port, StringComparer.Ordinal)];
    }

    /// <summary>The ports that another machine shall have, with what it says about each; differences first, then by port.</summary>
    /// <param name="reports">Null where it has said nothing.</param>
    internal static IReadOnlyList<NodeRuleRow> Of(NodeStatus node, IReadOnlyList<DesiredPort> wanted, ImmutableDictionary<string, PortReport>? reports, ExposureFeed exposures, PortForwardFeed forwards) =>
        [.. wanted.Select(port => Remote(node, port, reports?.GetValueOrDefault(port.Id), exposures.Find(port.Id), forwards.Find(port.Id))).OrderBy(row => row.Css is null).ThenBy(row => row.Port, StringComparer.Ordinal)];

    private static NodeRuleRow Remote(NodeStatus node, DesiredPort port, PortReport? report, ExposureStatus? exposure, PortForwardStatus? forward)
    {
        var (word, isOff) = report switch
        {
            null when node.State == NodeState.Connected => ("Being set up", false),
            null => ("Not known, the node is away", false),
            { Fault: null, ByKernel: true } => ("In sync", false),
            { Fault: null } => ("In sync, by the relay", false),
            _ when port.EdgeOnly && node.Device is null => ("By the stream, needs no rule", false),
            { Fault: { } fault } => (fault, true),
        };
        return new()
        {
            Key = port.Id,
            Port = port.EdgeOnly ? "edge only" : port.PublicPort.ToString(CultureInfo.InvariantCulture),
            Guest = port.Target,
            For = (exposure, forward) switch
            {
                ({ } open, _) => $"{open.SessionName}, {open.Label ?? "HTTP"}",
                (_, { Label: { } label } raw) => $"{raw.SessionName}, {label}",
                (_, { } raw) => raw.SessionName,
                _ => "a session that has just ended",
            },
            Href = (exposure?.SessionId ?? forward?.SessionId) is { } session ? $"/sessions/{session}" : null,
            Word = word,
            Icon = isOff ? Icons.Alert : report is null ? Icons.Clock : Icons.Check,
            Css = isOff ? "missing" : null,
        };
    }

    private static NodeRuleRow Wanted(PortForwardStatus forward, ForwardDrift? drift)
    {
        var word = drift?.Kind switch
        {
            DriftKind.Missing => "Missing on the node",
            DriftKind.Changed => "Leads elsewhere",
            DriftKind.LeftOver => "Left over, still open",
            _ => WordOf(forward),
        };
        var isOff = drift is not null || forward.State == ExposureState.Failed;
        return new()
        {
            Key = forward.Id,
            Port = forward.PublicPort.ToString(CultureInfo.InvariantCulture),
            Guest = forward.Target.ToString(),
            For = forward.Label is { } label ? $"{forward.SessionName}, {label}" : forward.SessionName,
            Href = $"/sessions/{forward.SessionId}",
            Word = word,
            Icon = isOff ? Icons.Alert : forward.State == ExposureState.Paused ? Icons.Pause : Icons.Check,
            Css = isOff ? "missing" : null,
        };
    }

    private static NodeRuleRow Stray(ForwardDrift drift) => new()
    {
        Key = $"{drift.Kind} {drift.Mark} {drift.PublicPort} {drift.Found}",
        Port = drift.PublicPort?.ToString(CultureInfo.InvariantCulture) ?? "all",
        Guest = drift.Found ?? drift.Wanted ?? "",
        For = "no session owns it",
        Word = drift.Kind == DriftKind.LeftOver ? "Left over, still open" : drift.InWords(),
        Icon = drift.Kind == DriftKind.LeftOver ? Icons.Ban : Icons.Alert,
        Css = drift.Kind == DriftKind.LeftOver ? "stray" : "missing",
    };

    private static string WordOf(PortForwardStatus forward) => forward switch
    {
        { State: ExposureState.Active, Path: ForwardPath.Kernel } => "In sync",
        { State: ExposureState.Active } => "In sync, by the relay",
        { State: ExposureState.Failed } => forward.Problem ?? "Not in force",
        { State: ExposureState.Paused } => "Paused, no rule",
        { State: ExposureState.Closing } => "Closing",
        _ => "Being set up",
    };
}
