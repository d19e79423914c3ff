using System.Globalization;
using PortPortal.Components.Kit;
using PortPortal.Engine.Common;
using PortPortal.Engine.Exposures;
using PortPortal.Engine.Exposures.PortForwards;
using PortPortal.Engine.Forwarding;
using PortPortal.Engine.Sessions;

namespace PortPortal.Components.Live;

/// <summary>One TCP forward of a session.</summary>
public sealed record ForwardRow
{
    public required string Id { get; init; }

    public required int GuestPort { get; init; }

    public required PpState State { get; init; }

    public string? Label { get; init; }

    /// <summary>Label, or the best guess at what it is.</summary>
    public required string Title { get; init; }

    /// <summary>What carries it, or why nothing does.</summary>
    public required string Detail { get; init; }

    /// <summary>What outside clients connect to.</summary>
    public required string Endpoint { get; init; }

    /// <summary>A client's command that connects.</summary>
    public required string Command { get; init; }

    /// <summary>Who may connect, in a few words.</summary>
    public required string Who { get; init; }

    /// <summary>Networks that may connect; empty = everyone.</summary>
    public ValueList<string> Sources { get; init; } = [];

    /// <summary>Only addresses that passed the gate of a web port may connect.</summary>
    public bool Knock { get; init; }

    /// <summary>Nothing stands in front of it at all.</summary>
    public required bool IsOpenToAll { get; init; }

    public string? Problem { get; init; }

    public required PortForwardTraffic Traffic { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    internal static ForwardRow Of(PortForwardStatus forward, SessionStatus session)
    {
        var listener = session.ListenerOn(forward.GuestPort);
        return new()
        {
            Id = forward.Id,
            GuestPort = forward.GuestPort,
            State = StateOf(forward, session, listener),
            Label = forward.Label,
            Title = forward.Label ?? listener?.Guess ?? ForwardCommand.NameOf(forward.GuestPort) ?? $"Port {forward.GuestPort.ToString(CultureInfo.InvariantCulture)}",
            Detail = DetailOf(forward),
            Endpoint = forward.Endpoint,
            Command = ForwardCommand.For(forward.GuestPort, listener?.Guess, forward.Host, forward.PublicPort),
            Who = WhoOf(forward),
            Sources = forward.Sources,
            Knock = forward.Knock,
            IsOpenToAll = forward is { Knock: false, Sources.Count: 0 },
            Problem = forward.State is ExposureState.Failed or ExposureState.Closing ? forward.Problem : null,
            Traffic = forward.Traffic,
            ExpiresAt = forward.ExpiresAt,
        };
    }

    private static PpState StateOf(PortForwardStatus forward, SessionStatus session, ListeningPort? listener) => forward.State switch
    {
        ExposureState.Active when session.Listening is not null && listener is null && session.Kind != SessionKind.Registered => PpState.Waiting,
        ExposureState.Active => PpState.Idle,
        ExposureState.Pending => PpState.Waiting,
        ExposureState.Paused => PpState.Paused,
        ExposureState.Failed => PpState.Warn,
        _ => PpState.Gone,
    };

    private static string DetailOf(PortForwardStatus forward) => forward switch
    {
        { State: ExposureState.Active, Path: ForwardPath.Kernel } => "by the kernel (DNAT)",
        { State: ExposureState.Active } => "by the userspace relay",
        { State: ExposureState.Paused } => "paused, the port is kept",
        { State: ExposureState.Failed } => "not in force",
        { State: ExposureState.Closing } => "closing",
        _ => "being set up",
    };

    private static string WhoOf(PortForwardStatus forward) => forward switch
    {
        { Knock: true, Sources.Count: > 0 } => $"Web visitors in {CountText.Of(forward.Sources.Count, "network", "networks")}",
        { Knock: true } => "Web visitors",
        { Sources.Count: > 0 } => CountText.Of(forward.Sources.Count, "network", "networks"),
        _ => "Everyone",
    };
}
