using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace PortPortal.Tests.Edge.Upstream;

/// <summary>A TCP server that says exactly what a test wants it to say.</summary>
internal sealed class OddUpstream : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private int _connections;
    private int _requests;

    public OddUpstream(Func<RawConnection, Task> script)
    {
        _listener.Start();
        EndPoint = (IPEndPoint)_listener.LocalEndpoint;
        _accepting = AcceptAsync(script);
    }

    public IPEndPoint EndPoint { get; }

    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Request heads that were read whole.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>Answers every request on a connection with the head it came with, byte for byte, and after it the decoded body.</summary>
    public static OddUpstream Echo() => new(async connection =>
    {
        while (await connection.ReadHeadAsync() is { } head)
        {
            var body = await connection.ReadBodyAsync(head);
            await connection.SendAsync($"HTTP/1.1 200 OK\r\nX-Connection: {connection.Number}\r\nContent-Length: {head.Length + body.Length}\r\n\r\n{head}{body}");
        }
    });

    /// <summary>Answers every request with the same text.</summary>
    public static OddUpstream Saying(string response) => new(async connection =>
    {
        while (await connection.ReadHeadAsync() is not null)
        {
            await connection.SendAsync(response);
        }
    });

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting.Within();
        _stop.Dispose();
    }

    private async Task AcceptAsync(Func<RawConnection, Task> script)
    {
        var running = new List<Task>();
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(_stop.Token);
                running.Add(RunAsync(script, new RawConnection(socket, Interlocked.Increment(ref _connections), () => Interlocked.Increment(ref _requests))));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // Stopped, between two accepts or in one.
            await Task.WhenAll(running);
        }
    }

    private async Task RunAsync(Func<RawConnection, Task> script, RawConnection connection)
    {
        await using (connection)
        await using (_stop.Token.UnsafeRegister(static state => ((RawConnection)state!).Reset(), connection))
        {
            try
            {
                await script(connection);
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException or SocketException or OperationCanceledException)
            {
                // The edge hung up, which is what many tests want to see.
            }
        }
    }
}

/// <summary>One end of a TCP connection, in Latin-1 text.</summary>
internal sealed class RawConnection(Socket socket, int number = 0, Action? headRead = null) : IAsyncDisposable
{
    private readonly NetworkStream _stream = new(socket, ownsSocket: true);
    private readonly List<byte> _unread = [];

    public int Number => number;

    public Stream Stream => _stream;

    public Socket Socket => socket;

    public static async Task<RawConnection> OpenAsync(IPEndPoint endPoint)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(endPoint).Within();
        return new RawConnection(socket);
    }

    public Task SendAsync(string text) => _stream.WriteAsync(Encoding.Latin1.GetBytes(text)).AsTask().Within();

    /// <summary>Everything up to and with the empty line, or null at the end of the connection.</summary>
    public async Task<string?> ReadHeadAsync()
    {
        var head = await ReadUntilAsync("\r\n\r\n");
        if (head is not null)
        {
            headRead?.Invoke();
        }

        return head;
    }

    public async Task<string> ReadBodyAsync(string head)
    {
        if (head.Contains("transfer-encoding: chunked", StringComparison.OrdinalIgnoreCase))
        {
            var body = new StringBuilder();
            while (true)
            {
                var line = await ReadUntilAsync("\r\n") ?? throw new IOException("The body ended early.");
                var size = int.Parse(line.Split(';')[0].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                if (size == 0)
                {
                    Trailers = "";
                    while (await ReadUntilAsync("\r\n") is { } trailer and not "\r\n")
                    {
                        Trailers += trailer;
                    }

                    return body.ToString();
                }

                body.Append((await ReadExactlyAsync(size + 2)).AsSpan(0, size));
            }
        }

        var length = head.Split("\r\n").FirstOrDefault(line => line.StartsWith("content-length:", StringComparison.OrdinalIgnoreCase));
        return length is null ? "" : await ReadExactlyAsync(int.Parse(length.Split(':')[1], CultureInfo.InvariantCulture));
    }

    /// <summary>The trailer lines of the last chunked body.</summary>
    public string Trailers { get; private set; } = "";

    public async Task<string?> ReadUntilAsync(string end)
    {
        while (true)
        {
            var text = Encoding.Latin1.GetString(CollectionsMarshal.AsSpan(_unread));
            var at = text.IndexOf(end, StringComparison.Ordinal);
            if (at >= 0)
            {
                _unread.RemoveRange(0, at + end.Length);
                return text[..(at + end.Length)];
            }

            if (!await FillAsync())
            {
                return null;
            }
        }
    }

    public async Task<string> ReadExactlyAsync(int count)
    {
        while (_unread.Count < count)
        {
            if (!await FillAsync())
            {
                throw new IOException("The connection ended early.");
            }
        }

        var text = Encoding.Latin1.GetString(CollectionsMarshal.AsSpan(_unread)[..count]);
        _unread.RemoveRange(0, count);
        return text;
    }

    /// <summary>What is left until the other side closes; a reset counts as the end, and is told apart by <see cref="WasReset"/>.</summary>
    public async Task<string> ReadToEndAsync()
    {
        while (await FillAsync())
        {
        }

        return await ReadExactlyAsync(_unread.Count);
    }

    public bool WasReset { get; private set; }

    /// <summary>A response's head and its decoded body.</summary>
    public async Task<(string Head, string Body)> ReadResponseAsync()
    {
        var head = await ReadHeadAsync() ?? throw new IOException("There was no response.");
        return (head, await ReadBodyAsync(head));
    }

    public void Reset()
    {
        try
        {
            socket.LingerState = new LingerOption(enable: true, 0);
        }
        catch (SocketException)
        {
            // The other side was first: there is nothing left to reset.
        }

        socket.Close();
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private async Task<bool> FillAsync()
    {
        var buffer = new byte[64 * 1024];
        try
        {
            var read = await _stream.ReadAsync(buffer).Within();
            _unread.AddRange(buffer.AsSpan(0, read));
            return read > 0;
        }
        catch (IOException)
        {
            WasReset = true;
            return false;
        }
    }
}
