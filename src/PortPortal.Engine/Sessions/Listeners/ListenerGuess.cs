namespace PortPortal.Engine.Sessions.Listeners;

/// <summary>What a listener seems to be, from names and numbers alone: a suggestion, never a rule.</summary>
/// <param name="Name">As its makers write it: <c>Vite</c>, <c>PostgreSQL</c>.</param>
public sealed record ListenerGuess(string Name, ListenerKind Kind);

/// <summary>What a port is likely to speak, so that a page can offer Expose or Forward TCP first.</summary>
public enum ListenerKind
{
    Unknown,
    Http,
    Database,

    /// <summary>Its own protocol over TCP: a message broker, mail, a remote screen.</summary>
    Tcp,

    /// <summary>Runs whatever it is told: not to be opened wider than its owner's sign-in.</summary>
    Debugger,
    Ssh,
}
