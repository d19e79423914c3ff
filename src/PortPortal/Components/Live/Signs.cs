using PortPortal.Components.Kit;
using PortPortal.Engine.Access;
using PortPortal.Engine.Exposures;
using PortPortal.Engine.Sessions;

namespace PortPortal.Components.Live;

/// <summary>What the engine's states look like.</summary>
internal static class Signs
{
    public static PpState Of(ExposureStatus exposure, TrafficView traffic) => exposure switch
    {
        { SessionState: SessionState.Terminated } or { State: ExposureState.Closed or ExposureState.Closing } => PpState.Gone,
        { SessionState: SessionState.Paused } or { State: ExposureState.Paused } => PpState.Paused,
        { State: ExposureState.Failed } => PpState.Warn,
        { Listening: false } or { Waits: true } => PpState.Waiting,
        _ => traffic.People > 0 ? PpState.Live : PpState.Idle,
    };

    /// <summary>A session is as lively as its liveliest port.</summary>
    public static PpState Of(SessionStatus session, IEnumerable<PpState> ports) => session switch
    {
        { State: SessionState.Terminated } => PpState.Gone,
        { ProblemSince: not null } => PpState.Warn,
        { State: SessionState.Paused } => PpState.Paused,
        { State: SessionState.Starting } => PpState.Waiting,
        _ => ports.DefaultIfEmpty(PpState.Idle).MinBy(Rank),
    };

    /// <summary>The order of rows: live, idle, waiting, unreachable, paused, ended.</summary>
    public static int Rank(PpState state) => state switch
    {
        PpState.Live => 0,
        PpState.Idle => 1,
        PpState.Waiting => 2,
        PpState.Warn => 3,
        PpState.Paused => 4,
        _ => 5,
    };

    public static PpAccessMode Of(AccessMode mode) => mode switch
    {
        AccessMode.Sso => PpAccessMode.Sso,
        AccessMode.Email => PpAccessMode.Email,
        AccessMode.Pin => PpAccessMode.Pin,
        _ => PpAccessMode.Public,
    };

    public static AccessMode Of(PpAccessMode mode) => mode switch
    {
        PpAccessMode.Sso => AccessMode.Sso,
        PpAccessMode.Email => AccessMode.Email,
        PpAccessMode.Pin => AccessMode.Pin,
        PpAccessMode.Public => AccessMode.Public,
        _ => throw new ArgumentOutOfRangeException(nameof(mode), "Not a mode that a port can have."),
    };

    /// <summary>The word that requests use.</summary>
    public static string Wire(PpAccessMode mode) => Of(mode) switch
    {
        AccessMode.Sso => "sso",
        AccessMode.Email => "email",
        AccessMode.Pin => "pin",
        _ => "public",
    };

    public static string Word(SessionKind kind) => kind switch
    {
        SessionKind.ThisMachine => "This machine",
        SessionKind.Container => "Container",
        SessionKind.Sandbox => "Sandbox",
        _ => "Registered",
    };
}
