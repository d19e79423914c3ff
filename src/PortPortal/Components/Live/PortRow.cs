using System.Globalization;
using PortPortal.Components.Kit;
using PortPortal.Engine.Access;
using PortPortal.Engine.Common;
using PortPortal.Engine.Exposures;
using PortPortal.Engine.Sessions;

namespace PortPortal.Components.Live;

/// <summary>One port of a session, exposed or only seen listening.</summary>
public sealed record PortRow
{
    public required int Port { get; init; }

    public required PpState State { get; init; }

    /// <summary>Label, or the best guess at what it is.</summary>
    public required string Title { get; init; }

    /// <summary>Process and pid, or that nothing listens.</summary>
    public required string Detail { get; init; }

    /// <summary>The process's name alone.</summary>
    public string? Process { get; init; }

    /// <summary>The folder it runs in.</summary>
    public string? Project { get; init; }

    /// <summary>Null where the port is not exposed.</summary>
    public PpAccessMode? Mode { get; init; }

    public Uri? Url { get; init; }

    /// <summary>Why it failed, in words a user can act on.</summary>
    public string? Problem { get; init; }

    /// <summary>What its owner has to know: an admin narrowed it.</summary>
    public string? Notice { get; init; }

    /// <summary>The number of rules behind E-mail, the fact of its chip.</summary>
    public string? Fact { get; init; }

    /// <summary>What speaks against exposing it, in a few words.</summary>
    public string? Obstacle { get; init; }

    /// <summary>It speaks no HTTP, so a raw TCP forward is the way to it.</summary>
    public bool WantsForward { get; init; }

    public TrafficView Traffic { get; init; } = TrafficView.None;

    public bool IsExposed => Mode is not null;

    /// <summary>Exposed ports first, then those seen listening that are not hidden, each by number.</summary>
    internal static IReadOnlyList<PortRow> Of(SessionStatus session, IEnumerable<ExposureStatus> exposures, Actor actor, Func<ExposureStatus, TrafficView> trafficOf)
    {
        var open = exposures.OrderBy(exposure => exposure.Port).ToList();
        var exposed = open.Select(exposure => Of(exposure, session.ListenerOn(exposure.Port), trafficOf(exposure)));
        var seen = (session.Listening ?? []).Where(listener => !listener.Hidden && !open.Exists(exposure => exposure.Port == listener.Port));
        return [.. exposed, .. seen.OrderBy(listener => listener.Port).Select(listener => Of(listener, session, actor))];
    }

    private static PortRow Of(ExposureStatus exposure, ListeningPort? listener, TrafficView traffic) => new()
    {
        Port = exposure.Port,
        State = Signs.Of(exposure, traffic),
        Title = exposure.Label ?? exposure.Name ?? listener?.Guess ?? listener?.Process ?? $"Port {exposure.Port.ToString(CultureInfo.InvariantCulture)}",
        Detail = listener is not null ? DetailOf(listener) + (exposure.CloseAfterIdle is null ? "" : " · closes when idle") : exposure.Listening == false ? "nothing is listening yet" : "not looked at yet",
        Process = listener?.Process,
        Project = listener?.Project,
        Mode = Signs.Of(exposure.Access.Mode),
        Url = exposure.Url,
        Problem = exposure.Problem ?? FaultOf(exposure),
        Notice = exposure.Notice,
        Fact = exposure.Access.Mode == AccessMode.Email ? exposure.Access.AllowedEmails.Count.ToString(CultureInfo.InvariantCulture) : null,
        Traffic = traffic,
    };

    private static PortRow Of(ListeningPort listener, SessionStatus session, Actor actor) => new()
    {
        Port = listener.Port,
        State = PpState.Off,
        Title = listener.Guess ?? listener.Process ?? $"Port {listener.Port.ToString(CultureInfo.InvariantCulture)}",
        Detail = DetailOf(listener),
        Process = listener.Process,
        Project = listener.Project,
        Obstacle = ObstacleOf(listener, session, actor),
        WantsForward = listener.Kind is ListenerKind.Database or ListenerKind.Tcp && RefusalOf(listener, session, actor) is null,
    };

    private static string DetailOf(ListeningPort listener) => listener switch
    {
        { OnlyInside: true } => "listens on loopback inside, start it on 0.0.0.0",
        { Process: null } => "something is listening",
        { ProcessId: { } pid } => $"{listener.Process} · pid {pid.ToString(CultureInfo.InvariantCulture)}",
        _ => listener.Process,
    };

    /// <summary>The step that fails on the way to the app; that the session is paused, or nothing listens yet, is said elsewhere.</summary>
    private static string? FaultOf(ExposureStatus exposure) => exposure.Health?.FirstFault is { Rung: not (HealthRung.SessionRunning or HealthRung.PortListening) } fault ? fault.Reason : null;

    private static string? ObstacleOf(ListeningPort listener, SessionStatus session, Actor actor) => RefusalOf(listener, session, actor) ?? listener.Kind switch
    {
        ListenerKind.Database => "Database protocol, needs a TCP forward",
        ListenerKind.Tcp => "No HTTP, needs a TCP forward",
        _ => null,
    };

    /// <summary>What the engine would say to anything that opens this port.</summary>
    private static string? RefusalOf(ListeningPort listener, SessionStatus session, Actor actor) => listener switch
    {
        { Port: < 1024 } when !actor.IsAdmin => "Only admins expose ports below 1024",
        { Port: var port } when session.AllowPorts.Count > 0 && !session.AllowPorts.Contains(port) => "Blocked by the session's network policy",
        { Kind: ListenerKind.Ssh } => "SSH is forwarded by ssh itself",
        _ => null,
    };
}
