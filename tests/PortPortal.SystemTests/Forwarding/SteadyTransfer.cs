using System.Net.Sockets;
using System.Security.Cryptography;
using PortPortal.Tests.Forwarding.Contract;

namespace PortPortal.SystemTests.Forwarding;

/// <summary>Random bytes through an echoing app at a steady pace, for as long as something else is done to the way they take.</summary>
public sealed class SteadyTransfer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly SocketFlow _flow;
    private readonly CancellationTokenSource _end = new();
    private readonly Task<byte[]> _sent;
    private readonly Task<byte[]> _received;

    private SteadyTransfer(SocketFlow flow)
    {
        _flow = flow;
        _sent = SendAsync();
        _received = ReceiveAsync();
    }

    /// <summary>Bytes that came back so far.</summary>
    public long Received { get; private set; }

    public static SteadyTransfer Begin(SocketFlow flow) => new(flow);

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
        await _flow.DisposeAsync();
        _end.Dispose();
    }

    private async Task<byte[]> SendAsync()
    {
        const int Chunk = 128 * 1024;
        using var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        while (!_end.IsCancellationRequested)
        {
            var chunk = RandomNumberGenerator.GetBytes(Chunk);
            sum.AppendData(chunk);
            await _flow.Socket.SendAsync(chunk);
            await Task.Delay(8);
        }

        _flow.Socket.Shutdown(SocketShutdown.Send);
        return sum.GetHashAndReset();
    }

    private async Task<byte[]> ReceiveAsync()
    {
        using var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[256 * 1024];
        while (await _flow.Socket.ReceiveAsync(buffer) is > 0 and var read)
        {
            sum.AppendData(buffer, 0, read);
            Received += read;
        }

        return sum.GetHashAndReset();
    }
}
