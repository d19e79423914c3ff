using System.Net;

namespace PortPortal.Engine.Exposures;

/// <summary>Tells whoever listens that a visitor has passed the gate of one of a session's ports, with a proof of who they are.</summary>
internal sealed class GatePassages
{
    /// <summary>The session's id and the visitor's address; raised in the visitor's request, so it must not wait.</summary>
    public event Action<string, IPAddress>? Passed;

    public void Note(string sessionId, IPAddress visitor) => Passed?.Invoke(sessionId, visitor);
}
