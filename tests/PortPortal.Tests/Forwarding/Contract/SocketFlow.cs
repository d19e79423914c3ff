using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PortPortal.Tests.Forwarding.Contract;

/// <summary>A flow over a real socket.</summary>
public sealed class SocketFlow(Socket socket, string app) : IFlow
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public string App => app;

    public Socket Socket => socket;

    /// <summary>Connects and reads the app's name.</summary>
    public static async Task<SocketFlow?> ConnectAsync(Socket socket, IPEndPoint to)
    {
        try
        {
            using var deadline = new CancellationTokenSource(Patience);
            await socket.ConnectAsync(to, deadline.Token);
            var name = new byte[64];
            var read = await socket.ReceiveAsync(name, deadline.Token);
            if (read > 0)
            {
                return new(socket, Encoding.ASCII.GetString(name, 0, read).TrimEnd('\n'));
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // Refused, reset, or silence: all are a no.
        }

        socket.Dispose();
        return null;
    }

    public async Task<bool> EchoAsync(int bytes = 16)
    {
        try
        {
            using var deadline = new CancellationTokenSource(Patience);
            var sending = socket.SendAsync(new byte[bytes], deadline.Token);
            var buffer = new byte[64 * 1024];
            for (var left = bytes; left > 0;)
            {
                var read = await socket.ReceiveAsync(buffer, deadline.Token);
                if (read == 0)
                {
                    return false;
                }

                left -= read;
            }

            await sending;
            return true;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            return false;
        }
    }

    public ValueTask DisposeAsync()
    {
        socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
