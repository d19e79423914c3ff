using System.Net;
using System.Net.Sockets;

namespace PortPortal.Engine.Forwarding.Relay;

/// <summary>One visitor and the session's port, with a pump each way.</summary>
/// <remarks>It owns both sockets. A pump reads only what the other side takes, passes on a half-close, and holds a buffer only while it has something in it.</remarks>
internal sealed class RelayConnection(Socket visitor, Socket session, RelayTraffic traffic, RelayBuffers buffers, TimeProvider time)
{
    private static readonly TimeSpan DialTimeout = TimeSpan.FromSeconds(10);
    private static readonly LingerOption Reset = new(enable: true, seconds: 0);

    /// <summary>Dials the session and runs until both sides are done or one of them broke; never throws for what sockets do.</summary>
    public async Task RunAsync(IPEndPoint target)
    {
        try
        {
            Prepare(visitor);
            Prepare(session);
            using (var deadline = new CancellationTokenSource(DialTimeout, time))
            {
                await session.ConnectAsync(target, deadline.Token);
            }

            await Task.WhenAll(PumpAsync(visitor, session, traffic.CountIn), PumpAsync(session, visitor, traffic.CountOut));
            visitor.Dispose();
            session.Dispose();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            Cut();
        }
    }

    /// <summary>Resets both sides at once.</summary>
    public void Cut()
    {
        Abort(visitor);
        Abort(session);
    }

    /// <summary>Closes with a reset instead of the polite end.</summary>
    public static void Abort(Socket socket)
    {
        try
        {
            socket.LingerState = Reset;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Not connected or closed already: there is nobody to tell.
        }

        socket.Dispose();
    }

    private async Task PumpAsync(Socket from, Socket to, Action<int> count)
    {
        try
        {
            while (await PumpWhatIsThereAsync(from, to, count))
            {
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Ends the other pump too, which may be waiting for a peer that has nothing to say.
            Cut();
            throw;
        }
    }

    /// <summary>Waits without a buffer, then moves what has gathered; false at the end of the stream.</summary>
    private async ValueTask<bool> PumpWhatIsThereAsync(Socket from, Socket to, Action<int> count)
    {
        await from.ReceiveAsync(Memory<byte>.Empty);
        using var lease = buffers.Rent();
        int read;
        do
        {
            read = await from.ReceiveAsync(lease.Memory);
            if (read == 0)
            {
                return false;
            }

            await to.SendAsync(lease.Memory[..read]);
            count(read);
        }
        while (read == lease.Memory.Length);

        return true;
    }

    private static void Prepare(Socket socket)
    {
        socket.NoDelay = true;

        // A peer that vanished without a word is found after two minutes, not never.
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 60);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 15);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 4);
    }
}
