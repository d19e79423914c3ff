using Microsoft.AspNetCore.Connections;

namespace PortPortal.Engine.Edge.Listener;

/// <summary>Ends a connection that has not said what it wants, handshake included, in time.</summary>
/// <remarks>Kestrel's own handshake timeout begins at the first byte of TLS, so a client could wait twice.</remarks>
internal sealed class ArrivalDeadline : IDisposable
{
    private readonly CancellationTokenSource _source;

    public ArrivalDeadline(ConnectionContext connection, TimeSpan after, TimeProvider time)
    {
        _source = new(after, time);
        _source.Token.UnsafeRegister(static state => ((ConnectionContext)state!).Abort(new ConnectionAbortedException("The handshake took too long.")), connection);
    }

    public CancellationToken Token => _source.Token;

    /// <summary>Calls it off: the connection has arrived.</summary>
    public void Dispose() => _source.Dispose();
}
