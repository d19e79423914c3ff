using System.Net;

namespace PortPortal.Engine.Sessions;

/// <summary>One TCP port that something in a session was seen listening on.</summary>
public sealed record ListeningPort
{
    public required int Port { get; init; }

    /// <summary>What to dial: a loopback address of this machine, or the session's own.</summary>
    public required IPAddress DialAddress { get; init; }

    /// <summary>The port to dial there, where it is another one.</summary>
    public int? DialPort { get; init; }

    /// <summary>The process's name, cleaned; null where it is not known.</summary>
    public string? Process { get; init; }

    public int? ProcessId { get; init; }

    /// <summary>The folder the process runs in, its last part: a good guess at the project.</summary>
    public string? Project { get; init; }

    /// <summary>What it probably is: Vite, PostgreSQL, …</summary>
    public string? Guess { get; init; }

    public ListenerKind Kind { get; init; }

    /// <summary>It listens on the loopback address of a session that is not this machine: nothing outside reaches it.</summary>
    public bool OnlyInside { get; init; }

    /// <summary>Counted on screens, not listed: SSH, ephemeral and internal ports.</summary>
    public bool Hidden { get; init; }
}

/// <summary>What a listener speaks, as far as name and number tell.</summary>
public enum ListenerKind
{
    Unknown,
    Http,
    Database,

    /// <summary>A protocol of its own over TCP: a message broker, mail, a remote screen.</summary>
    Tcp,

    /// <summary>Runs whatever it is told.</summary>
    Debugger,
    Ssh,
}
