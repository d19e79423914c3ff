using System.Net;
using System.Net.Sockets;

namespace PortPortal.Engine.Edge.Upstream;

/// <summary>Opens TCP connections to apps: judged by address every time, watched so that a vanished peer is noticed within a minute.</summary>
internal static class UpstreamDialer
{
    /// <exception cref="UpstreamException">The address is refused or cannot be reached.</exception>
    public static async ValueTask<Socket> DialAsync(UpstreamServer server, TimeProvider time, CancellationToken cancellation)
    {
        if (!server.MayDial(server.EndPoint))
        {
            throw new UpstreamException(ForwardOutcome.AddressRefused, "The address is not one that sessions may have.");
        }

        using var deadline = new CancellationTokenSource(server.ConnectTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        Socket? socket = null;
        try
        {
            if (server.Dial is { } dial)
            {
                socket = await dial(either.Token);
                WatchPeer(socket);
                return socket;
            }

            socket = new Socket(server.EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            WatchPeer(socket);
            await socket.ConnectAsync(server.EndPoint, either.Token);
            return socket;
        }
        catch (Exception e)
        {
            socket?.Dispose();
            throw e switch
            {
                SocketException failure => new UpstreamException(OutcomeOf(failure.SocketErrorCode), $"Dialling failed: {failure.SocketErrorCode}.", e),
                OperationCanceledException when deadline.IsCancellationRequested => new UpstreamException(ForwardOutcome.ConnectTimeout, "Dialling took too long.", e),
                _ => e,
            };
        }
    }

    private static ForwardOutcome OutcomeOf(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => ForwardOutcome.NotListening,
        SocketError.TimedOut => ForwardOutcome.ConnectTimeout,
        _ => ForwardOutcome.Unreachable,
    };

    private static void WatchPeer(Socket socket)
    {
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 30);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 5);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 4);
        if (OperatingSystem.IsLinux())
        {
            // TCP_USER_TIMEOUT (tcp(7)), milliseconds: keep-alive probes say nothing while sent data waits for its acknowledgement.
            socket.SetRawSocketOption(6, 18, BitConverter.GetBytes(50_000));
        }
    }
}
