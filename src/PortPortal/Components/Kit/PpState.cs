namespace PortPortal.Components.Kit;

/// <summary>What a sign shows: each has a colour, a shape and a word.</summary>
public enum PpState
{
    /// <summary>Not exposed.</summary>
    Off,

    /// <summary>Listening, and someone is there.</summary>
    Live,

    /// <summary>Listening, nobody there.</summary>
    Idle,

    /// <summary>Exposed, nothing listens.</summary>
    Waiting,

    /// <summary>The session is paused, its URLs are kept.</summary>
    Paused,

    /// <summary>Unreachable, or close to a limit.</summary>
    Warn,

    /// <summary>Ended, expired, revoked.</summary>
    Gone,

    /// <summary>Refused or failed: an event, never a port at rest.</summary>
    Danger,
}

internal static class PpStateWords
{
    public static string Css(this PpState state) => state switch
    {
        PpState.Live => "live",
        PpState.Idle => "idle",
        PpState.Waiting => "waiting",
        PpState.Paused => "paused",
        PpState.Warn => "warn",
        PpState.Gone => "gone",
        PpState.Danger => "danger",
        _ => "off",
    };

    public static string Word(this PpState state) => state switch
    {
        PpState.Live => "Live",
        PpState.Idle => "Idle",
        PpState.Waiting => "Waiting",
        PpState.Paused => "Paused",
        PpState.Warn => "Unreachable",
        PpState.Gone => "Ended",
        PpState.Danger => "Failed",
        _ => "Not exposed",
    };
}
