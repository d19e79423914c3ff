using System.Net;
using System.Net.Sockets;

namespace PortPortal.Engine.Nodes.Streams;

/// <summary>Two connected sockets of this process, so that what expects a socket can be given something else.</summary>
internal static class SocketPair
{
    public static async Task<(Socket Own, Socket Other)> CreateAsync(CancellationToken cancellationToken)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        var own = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Socket? other = null;
        try
        {
            await own.ConnectAsync(listener.LocalEndPoint!, cancellationToken);
            other = await listener.AcceptAsync(cancellationToken);
            // For a moment anyone on this machine could have come first.
            if (!Equals(other.RemoteEndPoint, own.LocalEndPoint))
            {
                throw new SocketException((int)SocketError.ConnectionAborted);
            }

            other.NoDelay = true;
            return (own, other);
        }
        catch
        {
            own.Dispose();
            other?.Dispose();
            throw;
        }
    }
}
