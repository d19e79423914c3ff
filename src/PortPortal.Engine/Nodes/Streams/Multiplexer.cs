using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;

namespace PortPortal.Engine.Nodes.Streams;

/// <summary>Many connections and a conversation on one stream, none able to hold up another.</summary>
/// <remarks>
/// Each channel has a window of its own, so a reader that is slow stops its own sender and nobody else. Messages go before data.
/// Whatever breaks the rules ends the stream: a peer gets no more than <see cref="Channel.Window"/> bytes per open channel into memory.
/// </remarks>
internal sealed class Multiplexer(Stream transport, TimeProvider time) : IAsyncDisposable
{
    private const int MostChannels = 10_000;
    private static readonly TimeSpan WriteDeadline = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly SemaphoreSlim _dataTurn = new(1, 1); // before _writing, so that at most one piece of data stands in a message's way
    private readonly ConcurrentDictionary<uint, Channel> _channels = new();
    private readonly CancellationTokenSource _ended = new();
    private long _heardAt = time.GetTimestamp(); // Interlocked
    private uint _lastChannel; // Interlocked
    private long _channelsEver; // Interlocked
    private long _stray; // of the reading loop alone
    private long _received; // Interlocked, as is the next
    private long _sent;

    /// <summary>How long the peer has said nothing at all.</summary>
    public TimeSpan Silence => time.GetElapsedTime(Interlocked.Read(ref _heardAt));

    /// <summary>Bytes of all channels together, from the peer and to it; messages are not among them.</summary>
    public (long Received, long Sent) Traffic => (Interlocked.Read(ref _received), Interlocked.Read(ref _sent));

    /// <summary>Cancelled when the stream is over.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>What the peer asks for by name; null where this side opens no doors.</summary>
    public Func<string, CancellationToken, Task<Socket>>? Dial { get; init; }

    /// <summary>Reads until the stream ends.</summary>
    /// <param name="maxMessage">Asked for each message; longer ones are a breach.</param>
    /// <param name="hear">Called for each message, one at a time; the memory is its own only until it returns.</param>
    /// <exception cref="BrokenProtocolException">The peer breaks the rules.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public async Task RunAsync(Func<int> maxMessage, Func<ReadOnlyMemory<byte>, ValueTask> hear, CancellationToken cancellationToken)
    {
        var head = new byte[Frame.HeadLength];
        var payload = ArrayPool<byte>.Shared.Rent(Frame.MaxData);
        try
        {
            while (await transport.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken) == head.Length)
            {
                var frame = Frame.Read(head);
                var max = frame.Kind == FrameKind.Message ? maxMessage() : Frame.MaxData;
                if (frame.Length > max)
                {
                    throw new BrokenProtocolException($"a piece of {frame.Length} bytes is larger than {max}");
                }

                if (payload.Length < frame.Length)
                {
                    ArrayPool<byte>.Shared.Return(payload);
                    payload = ArrayPool<byte>.Shared.Rent(frame.Length);
                }

                await transport.ReadExactlyAsync(payload.AsMemory(0, frame.Length), cancellationToken);
                Interlocked.Exchange(ref _heardAt, time.GetTimestamp());
                if (frame.Kind == FrameKind.Message)
                {
                    await hear(payload.AsMemory(0, frame.Length));
                }
                else
                {
                    Take(frame, payload.AsSpan(0, frame.Length));
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(payload);
            await EndAsync();
        }
    }

    public ValueTask SendMessageAsync(ReadOnlyMemory<byte> json, CancellationToken cancellationToken) => WriteAsync(FrameKind.Message, 0, json, cancellationToken);

    /// <summary>Opens a channel to a port of the peer and carries everything between it and the socket that is returned.</summary>
    /// <exception cref="SocketException">The peer does not reach the port, or is gone itself.</exception>
    public async Task<Socket> OpenAsync(string port, CancellationToken cancellationToken)
    {
        if (_channels.Count >= MostChannels || _ended.IsCancellationRequested)
        {
            throw new SocketException((int)SocketError.NetworkUnreachable);
        }

        var channel = new Channel(this, Interlocked.Increment(ref _lastChannel), new CancellationTokenSource());
        _channels[channel.Id] = channel;
        Interlocked.Increment(ref _channelsEver);
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _ended.Token);
            await WriteAsync(FrameKind.Open, channel.Id, Encoding.UTF8.GetBytes(port), either.Token);
            await channel.Answered.WaitAsync(either.Token);
            var (own, other) = await SocketPair.CreateAsync(either.Token);
            _ = channel.CarryAsync(other);
            return own;
        }
        catch (Exception exception)
        {
            _channels.TryRemove(channel.Id, out _);
            await TryWriteAsync(FrameKind.Reset, channel.Id, default);
            throw exception is IOException or ObjectDisposedException || (exception is OperationCanceledException && _ended.IsCancellationRequested)
                ? new SocketException((int)SocketError.NetworkUnreachable)
                : exception;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        await transport.DisposeAsync();
    }

    internal ValueTask WriteDataAsync(uint channel, ReadOnlyMemory<byte> data, CancellationToken cancellationToken) => WriteAsync(FrameKind.Data, channel, data, cancellationToken);

    internal ValueTask GrantAsync(uint channel, int bytes)
    {
        var payload = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(payload, (uint)bytes);
        return TryWriteAsync(FrameKind.Credit, channel, payload);
    }

    /// <summary>Says something about a channel, where there is still somebody to say it to.</summary>
    internal async ValueTask TryWriteAsync(FrameKind kind, uint channel, ReadOnlyMemory<byte> payload)
    {
        try
        {
            await WriteAsync(kind, channel, payload, _ended.Token);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // The stream is over, and every channel with it.
        }
    }

    internal void Forget(uint channel) => _channels.TryRemove(channel, out _);

    private void Take(Frame frame, ReadOnlySpan<byte> payload)
    {
        if (frame.Kind == FrameKind.Open)
        {
            Answer(frame.Channel, Encoding.UTF8.GetString(payload));
            return;
        }

        if (frame.Kind > FrameKind.Reset)
        {
            throw new BrokenProtocolException($"{(byte)frame.Kind} is no kind of piece");
        }

        if (frame.Kind == FrameKind.Data)
        {
            Interlocked.Add(ref _received, frame.Length);
        }

        if (_channels.TryGetValue(frame.Channel, out var channel))
        {
            channel.Take(frame.Kind, payload);
        }
        else if (frame.Kind == FrameKind.Data && (_stray += frame.Length) > Channel.Window * Interlocked.Read(ref _channelsEver))
        {
            // Pieces may still be under way to a channel that this side has just closed: no more than its window.
            throw new BrokenProtocolException("it sends data that nobody asked for");
        }
    }

    private void Answer(uint id, string port)
    {
        if (Dial is null || _channels.Count >= MostChannels)
        {
            throw new BrokenProtocolException("it opens channels that it may not open");
        }

        var channel = new Channel(this, id, new CancellationTokenSource());
        if (!_channels.TryAdd(id, channel))
        {
            throw new BrokenProtocolException("it opens a channel twice");
        }

        Interlocked.Increment(ref _channelsEver);

        _ = AnswerAsync(channel, port);
    }

    private async Task AnswerAsync(Channel channel, string port)
    {
        try
        {
            var socket = await Dial!(port, _ended.Token);
            await TryWriteAsync(FrameKind.Accept, channel.Id, default);
            await channel.CarryAsync(socket);
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException or KeyNotFoundException)
        {
            Forget(channel.Id);
            var reason = exception switch
            {
                SocketException { SocketErrorCode: SocketError.ConnectionRefused } => RefusedChannel.NotListening,
                KeyNotFoundException => RefusedChannel.Unknown,
                _ => RefusedChannel.Unreachable,
            };
            await TryWriteAsync(FrameKind.Refuse, channel.Id, new[] { (byte)reason });
        }
    }

    private async ValueTask WriteAsync(FrameKind kind, uint channel, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        var isData = kind == FrameKind.Data;
        if (isData)
        {
            await _dataTurn.WaitAsync(cancellationToken);
        }

        var buffer = ArrayPool<byte>.Shared.Rent(Frame.HeadLength + payload.Length);
        try
        {
            new Frame(kind, channel, payload.Length).Write(buffer);
            payload.CopyTo(buffer.AsMemory(Frame.HeadLength));
            await _writing.WaitAsync(cancellationToken);
            try
            {
                // Half a piece would spoil the stream, so once begun only the stream's own end stops it.
                using var deadline = new CancellationTokenSource(WriteDeadline, time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, _ended.Token);
                await transport.WriteAsync(buffer.AsMemory(0, Frame.HeadLength + payload.Length), either.Token);
                await transport.FlushAsync(either.Token);
                Interlocked.Add(ref _sent, isData ? payload.Length : 0);
            }
            catch
            {
                await EndAsync();
                throw;
            }
            finally
            {
                _writing.Release();
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            if (isData)
            {
                _dataTurn.Release();
            }
        }
    }

    private async Task EndAsync()
    {
        await _ended.CancelAsync();
        foreach (var channel in _channels.Values)
        {
            channel.Break();
        }

        _channels.Clear();
    }
}

/// <summary>The peer does what the protocol forbids; the message is the second half of a sentence.</summary>
internal sealed class BrokenProtocolException(string message) : Exception(message);
