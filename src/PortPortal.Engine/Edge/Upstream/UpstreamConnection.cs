using System.Buffers;
using System.Net.Security;
using System.Net.Sockets;

namespace PortPortal.Engine.Edge.Upstream;

/// <summary>One HTTP/1.1 connection to an app, carrying one exchange at a time.</summary>
/// <remarks>Closing it is how everything waiting on it is stopped, so <see cref="Close"/> may be called from any thread at any time.</remarks>
internal sealed class UpstreamConnection : IDisposable
{
    private const int BufferBytes = 8 * 1024;

    private readonly Socket _socket;
    private byte[] _buffer = [];
    private int _start;
    private int _end;

    public UpstreamConnection(Socket socket, Stream stream, TimeProvider time)
    {
        (_socket, Stream) = (socket, stream);
        Watch = new ExchangeWatch(this, time);
    }

    public Stream Stream { get; }

    public ResponseHead Head { get; } = new();

    public ExchangeWatch Watch { get; }

    /// <summary>It carried an exchange before, so the app may have closed it just now.</summary>
    public bool IsReused { get; private set; }

    /// <summary>When it went idle, as the pool's clock counts.</summary>
    public long IdleSince { get; set; }

    /// <summary>Received and not consumed.</summary>
    public ReadOnlySpan<byte> Unread => _buffer.AsSpan(_start, _end - _start);

    public ReadOnlyMemory<byte> UnreadMemory => _buffer.AsMemory(_start, _end - _start);

    /// <summary>Silent and open, as an idle connection should be; anything to read is the end of the stream or an answer nobody asked for.</summary>
    public bool IsQuiet => !_socket.Poll(0, SelectMode.SelectRead);

    /// <summary>A writer that owns the connection's buffer until <see cref="SendAsync"/>.</summary>
    public RequestHeadWriter NewHead()
    {
        var buffer = _buffer.Length > 0 ? _buffer : ArrayPool<byte>.Shared.Rent(BufferBytes);
        (_buffer, _start, _end) = ([], 0, 0);
        return new RequestHeadWriter(buffer);
    }

    /// <summary>Sends what the writer wrote; its buffer receives the response.</summary>
    public ValueTask SendAsync(RequestHeadWriter head)
    {
        _buffer = head.Buffer;
        return Stream.WriteAsync(_buffer.AsMemory(0, head.Length));
    }

    public void Consume(int count)
    {
        _start += count;
        if (_start == _end)
        {
            (_start, _end) = (0, 0);
        }
    }

    /// <summary>Receives more behind what is unread, in a larger buffer where it is full; the count goes to <see cref="Received"/>.</summary>
    /// <remarks>Two calls instead of one that awaits: on the hot path that is an allocation less.</remarks>
    public ValueTask<int> ReceiveMoreAsync()
    {
        MakeRoom();
        return Stream.ReadAsync(_buffer.AsMemory(_end));
    }

    /// <returns>False at the end of the stream.</returns>
    public bool Received(int count)
    {
        _end += count;
        return count > 0;
    }

    public ValueTask<int> ReceiveAsync(Memory<byte> target)
    {
        if (_start == _end)
        {
            return Stream.ReadAsync(target);
        }

        var count = Math.Min(target.Length, _end - _start);
        _buffer.AsSpan(_start, count).CopyTo(target.Span);
        Consume(count);
        return new(count);
    }

    /// <summary>Says that nothing more will be sent.</summary>
    public void FinishSending()
    {
        try
        {
            if (Stream is SslStream tls)
            {
                _ = tls.ShutdownAsync();
            }

            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // It is gone already, which says the same.
        }
    }

    /// <summary>Gives the buffer back between exchanges, and for the time of a tunnel.</summary>
    public void ReleaseBuffer()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }

        (_start, _end) = (0, 0);
    }

    public void MarkReused() => IsReused = true;

    public void Close() => _socket.Dispose();

    /// <remarks>Only by who owns the connection, with nothing under way on it.</remarks>
    public void Dispose()
    {
        Close();
        Stream.Dispose();
        Watch.Dispose();
        ReleaseBuffer();
    }

    private void MakeRoom()
    {
        if (_end < _buffer.Length)
        {
            return;
        }

        if (_start > _buffer.Length / 2)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        }
        else
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(BufferBytes, _buffer.Length * 2));
            _buffer.AsSpan(_start, _end - _start).CopyTo(larger);
            if (_buffer.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(_buffer);
            }

            _buffer = larger;
        }

        (_start, _end) = (0, _end - _start);
    }
}
