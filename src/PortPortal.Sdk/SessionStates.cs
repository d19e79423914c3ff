namespace PortPortal.Sdk;

/// <summary>What a session can be.</summary>
public static class SessionStates
{
    /// <summary>Its address is not known to answer yet.</summary>
    public const string Starting = "starting";

    /// <summary>Its ports can be open.</summary>
    public const string Running = "running";

    /// <summary>Its ports are closed until it resumes, at the same URLs.</summary>
    public const string Paused = "paused";

    /// <summary>Gone for good.</summary>
    public const string Terminated = "terminated";
}
