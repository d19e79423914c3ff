using Microsoft.AspNetCore.Connections;

namespace PortPortal.Engine.Edge.Listener;

/// <summary>A connection from its first packet to the end of its handshake; one that takes too long is ended.</summary>
/// <remarks>Kestrel's own handshake timeout begins at the first byte of TLS, so a client could wait twice.</remarks>
internal sealed class Arrival : IDisposable
{
    private readonly CancellationTokenSource _deadline;

    public Arrival(ConnectionContext connection, TimeSpan within, TimeProvider time)
    {
        _deadline = new(within, time);
        Deadline = _deadline.Token;
        Deadline.UnsafeRegister(static state => ((ConnectionContext)state!).Abort(new ConnectionAbortedException("The handshake took too long.")), connection);
    }

    public CancellationToken Deadline { get; }

    /// <summary>Known once it was read; none on plain HTTP.</summary>
    public ClientHello? Hello { get; set; }

    /// <summary>Calls the deadline off.</summary>
    public void Dispose() => _deadline.Dispose();
}
