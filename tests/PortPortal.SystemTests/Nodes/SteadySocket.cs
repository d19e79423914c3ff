using System.Diagnostics;
using System.Net.WebSockets;
using System.Security.Cryptography;

namespace PortPortal.SystemTests.Nodes;

/// <summary>Random messages through an echoing WebSocket at a steady pace, for as long as something else is done to the way they take.</summary>
public sealed class SteadySocket : IAsyncDisposable
{
    private const int MessageSize = 8 * 1024;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly WebSocket _socket;
    private readonly CancellationTokenSource _end = new();
    private readonly Task<byte[]> _sent;
    private readonly Task<byte[]> _received;

    private SteadySocket(WebSocket socket)
    {
        _socket = socket;
        _sent = SendAsync();
        _received = ReceiveAsync();
    }

    /// <summary>Bytes that came back so far.</summary>
    public long Received { get; private set; }

    /// <summary>The longest time in which nothing came back.</summary>
    public TimeSpan LongestGap { get; private set; }

    public static SteadySocket Begin(WebSocket socket) => new(socket);

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
        _socket.Dispose();
        _end.Dispose();
    }

    private async Task<byte[]> SendAsync()
    {
        using var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        while (!_end.IsCancellationRequested)
        {
            var message = RandomNumberGenerator.GetBytes(MessageSize);
            sum.AppendData(message);
            await _socket.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
            await Task.Delay(Pace);
        }

        await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        return sum.GetHashAndReset();
    }

    private async Task<byte[]> ReceiveAsync()
    {
        using var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[64 * 1024];
        var heard = Stopwatch.GetTimestamp();
        while (await _socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None) is { MessageType: not WebSocketMessageType.Close } read)
        {
            var gap = Stopwatch.GetElapsedTime(heard);
            (LongestGap, heard) = (gap > LongestGap ? gap : LongestGap, Stopwatch.GetTimestamp());
            sum.AppendData(buffer, 0, read.Count);
            Received += read.Count;
        }

        return sum.GetHashAndReset();
    }
}
