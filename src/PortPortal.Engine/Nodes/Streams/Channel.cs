using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Net.Sockets;

namespace PortPortal.Engine.Nodes.Streams;

/// <summary>One connection on a node's stream.</summary>
internal sealed class Channel(Multiplexer stream, uint id, CancellationTokenSource broken)
{
    /// <summary>Bytes that may be under way in one direction without being taken.</summary>
    public const int Window = 512 * 1024;

    private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Pipe _inbound = new(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false)); // the window bounds it
    private readonly Lock _lock = new();
    private TaskCompletionSource? _credited; // under _lock; who waits for credit
    private int _credit = Window; // under _lock; what may still be sent
    private int _expected = Window; // of the reading loop and the taking loop, by Interlocked; what the peer may still send
    private bool _hasEnded; // of the reading loop alone

    public uint Id => id;

    /// <summary>Done when the peer has accepted; fails where it has refused.</summary>
    public Task Answered => _answered.Task;

    /// <summary>Called by the stream's reading loop alone.</summary>
    public void Take(FrameKind kind, ReadOnlySpan<byte> payload)
    {
        switch (kind)
        {
            case FrameKind.Accept:
                _answered.TrySetResult();
                break;
            case FrameKind.Refuse:
                _answered.TrySetException(new SocketException((int)(payload is [(byte)RefusedChannel.NotListening] ? SocketError.ConnectionRefused : SocketError.HostUnreachable)));
                Break();
                break;
            case FrameKind.Data when !_hasEnded:
                if (Interlocked.Add(ref _expected, -payload.Length) < 0)
                {
                    throw new BrokenProtocolException("it sends more than it was allowed to");
                }

                _inbound.Writer.Write(payload);
                _ = _inbound.Writer.FlushAsync(CancellationToken.None).AsTask(); // never waits: there is no threshold
                break;
            case FrameKind.Credit when payload.Length == sizeof(uint):
                AddCredit(BinaryPrimitives.ReadUInt32BigEndian(payload));
                break;
            case FrameKind.End:
                _hasEnded = true;
                _inbound.Writer.Complete();
                break;
            case FrameKind.Reset:
                Break();
                break;
        }
    }

    /// <summary>Carries bytes both ways until both sides have ended or one has broken off; the socket is closed then.</summary>
    public async Task CarryAsync(Socket socket)
    {
        try
        {
            using (socket)
            {
                await using var cut = broken.Token.Register(() => socket.Close(0));
                await Task.WhenAll(CarryOutAsync(socket), CarryInAsync(socket));
            }
        }
        catch (Exception exception) when (exception is SocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            await stream.TryWriteAsync(FrameKind.Reset, id, default);
        }
        finally
        {
            stream.Forget(id);
            Break();
        }
    }

    /// <summary>Ends it at once, both ways.</summary>
    public void Break()
    {
        _answered.TrySetException(new SocketException((int)SocketError.NetworkUnreachable));
        _ = _answered.Task.Exception; // seen, whoever waits for it
        broken.Cancel();
    }

    private async Task CarryOutAsync(Socket socket)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Frame.MaxData);
        try
        {
            while (true)
            {
                // Waits for bytes before it holds any credit, so that an idle connection costs neither.
                var count = await socket.ReceiveAsync(buffer.AsMemory(0, Frame.MaxData), broken.Token);
                if (count == 0)
                {
                    await stream.TryWriteAsync(FrameKind.End, id, default);
                    return;
                }

                for (var sent = 0; sent < count;)
                {
                    var piece = await SpendAsync(count - sent);
                    await stream.WriteDataAsync(id, buffer.AsMemory(sent, piece), broken.Token);
                    sent += piece;
                }
            }
        }
        catch
        {
            await broken.CancelAsync();
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task CarryInAsync(Socket socket)
    {
        var taken = 0;
        try
        {
            while (true)
            {
                var read = await _inbound.Reader.ReadAsync(broken.Token);
                foreach (var segment in read.Buffer)
                {
                    for (var rest = segment; !rest.IsEmpty;)
                    {
                        rest = rest[await socket.SendAsync(rest, broken.Token)..];
                    }
                }

                taken += (int)read.Buffer.Length;
                _inbound.Reader.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                {
                    socket.Shutdown(SocketShutdown.Send);
                    return;
                }

                if (taken >= Window / 4)
                {
                    Interlocked.Add(ref _expected, taken);
                    await stream.GrantAsync(id, taken);
                    taken = 0;
                }
            }
        }
        catch
        {
            await broken.CancelAsync();
            throw;
        }
    }

    /// <summary>Takes as much of <paramref name="wanted"/> as the peer allows; waits while that is nothing.</summary>
    private async ValueTask<int> SpendAsync(int wanted)
    {
        while (true)
        {
            Task waiting;
            lock (_lock)
            {
                if (_credit > 0)
                {
                    var piece = Math.Min(_credit, wanted);
                    _credit -= piece;
                    return piece;
                }

                waiting = (_credited ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            await waiting.WaitAsync(broken.Token);
        }
    }

    private void AddCredit(uint bytes)
    {
        TaskCompletionSource? waiting;
        lock (_lock)
        {
            if (bytes > Window || _credit + bytes > Window)
            {
                throw new BrokenProtocolException("it grants more than the window");
            }

            _credit += (int)bytes;
            (waiting, _credited) = (_credited, null);
        }

        waiting?.SetResult();
    }
}
