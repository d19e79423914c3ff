using System.Diagnostics;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using PortPortal.Tests.Forwarding.Contract;

namespace PortPortal.SystemTests;

/// <summary>Random bytes through an echoing app at a steady pace, for as long as something else is done to the way they take.</summary>
public sealed class SteadyTransfer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(10);

    private readonly Way _way;
    private readonly CancellationTokenSource _end = new();
    private readonly Task<byte[]> _sent;
    private readonly Task<byte[]> _received;

    private SteadyTransfer(Way way)
    {
        _way = way;
        _sent = SendAsync();
        _received = ReceiveAsync();
    }

    /// <summary>Bytes that came back so far.</summary>
    public long Received { get; private set; }

    /// <summary>The longest time in which nothing came back.</summary>
    public TimeSpan LongestGap { get; private set; }

    public static SteadyTransfer Begin(SocketFlow flow) => new(new(
        128 * 1024,
        async chunk => await flow.Socket.SendAsync(chunk),
        () =>
        {
            flow.Socket.Shutdown(SocketShutdown.Send);
            return Task.CompletedTask;
        },
        async buffer => await flow.Socket.ReceiveAsync(buffer),
        flow.DisposeAsync));

    public static SteadyTransfer Begin(WebSocket socket) => new(new(
        8 * 1024,
        chunk => socket.SendAsync(chunk, WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None),
        () => socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None),
        async buffer => await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None) is { MessageType: not WebSocketMessageType.Close, Count: var count } ? count : 0,
        () =>
        {
            socket.Dispose();
            return ValueTask.CompletedTask;
        }));

    /// <summary>Sends no more, and says whether all that was sent came back as it was.</summary>
    public async Task<bool> EndAsync()
    {
        await _end.CancelAsync();
        var (sent, received) = (await _sent.WaitAsync(Patience), await _received.WaitAsync(Patience));
        return sent.AsSpan().SequenceEqual(received);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _way.Close();
        _end.Dispose();
    }

    private async Task<byte[]> SendAsync()
    {
        using var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        while (!_end.IsCancellationRequested)
        {
            var chunk = RandomNumberGenerator.GetBytes(_way.ChunkSize);
            sum.AppendData(chunk);
            await _way.Send(chunk);
            await Task.Delay(Pace);
        }

        await _way.EndSending();
        return sum.GetHashAndReset();
    }

    private async Task<byte[]> ReceiveAsync()
    {
        using var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[256 * 1024];
        var heard = Stopwatch.GetTimestamp();
        while (await _way.Receive(buffer) is > 0 and var read)
        {
            var gap = Stopwatch.GetElapsedTime(heard);
            (LongestGap, heard) = (gap > LongestGap ? gap : LongestGap, Stopwatch.GetTimestamp());
            sum.AppendData(buffer, 0, read);
            Received += read;
        }

        return sum.GetHashAndReset();
    }

    /// <param name="Receive">0 when nothing comes any more.</param>
    private sealed record Way(int ChunkSize, Func<byte[], Task> Send, Func<Task> EndSending, Func<byte[], Task<int>> Receive, Func<ValueTask> Close);
}
