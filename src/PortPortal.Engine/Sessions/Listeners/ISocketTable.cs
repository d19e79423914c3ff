namespace PortPortal.Engine.Sessions.Listeners;

/// <summary>One network namespace's listening TCP sockets: the kernel behind a door with two keys.</summary>
internal interface ISocketTable : IDisposable
{
    /// <summary>What it is called where people read it.</summary>
    string Name { get; }

    /// <summary>Adds every socket in state LISTEN, IPv4 and IPv6, in no order; one may be missing where the list changed meanwhile.</summary>
    /// <param name="sockets">What they are added to.</param>
    /// <param name="afresh">The kernel is asked for sure; otherwise an answer it would give again may be reused.</param>
    /// <exception cref="IOException">The kernel did not answer, or not in a form we know.</exception>
    void Read(List<ListeningSocket> sockets, bool afresh);
}
