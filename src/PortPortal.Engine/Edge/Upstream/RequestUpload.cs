using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace PortPortal.Engine.Edge.Upstream;

/// <summary>Streams the visitor's body to the app while the response may already be coming back.</summary>
/// <remarks>Nothing is read from the visitor before the app takes it, and with <c>Expect: 100-continue</c> not before the app (or a second) says so.</remarks>
internal sealed class RequestUpload
{
    private const int ChunkBytes = 32 * 1024;

    /// <summary>How long an app that does not know 100-continue is waited for (RFC 9110 section 10.1.1).</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly HttpContext _context;
    private readonly UpstreamServer _server;
    private readonly UpstreamConnection _connection;
    private readonly IForwardMeter _meter;
    private readonly PipeReader _body;
    private readonly TaskCompletionSource<bool>? _goAhead;

    /// <summary>Guards <see cref="_isAnswered"/> together with the deadline it stands for: one set a moment too late would end a stream that may be silent.</summary>
    private readonly Lock _gate = new();
    private bool _isAnswered;
    private volatile bool _isStopped;
    private volatile bool _isReading;

    public RequestUpload(HttpContext context, UpstreamServer server, UpstreamConnection connection, IForwardMeter meter)
    {
        (_context, _server, _connection, _meter, _body) = (context, server, connection, meter, context.Request.BodyReader);
        _goAhead = HopByHop.HasToken(context.Request.Headers.Expect, "100-continue") ? new(TaskCreationOptions.RunContinuationsAsynchronously) : null;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = null;
        }
    }

    /// <summary>The app has all of the body and its trailers.</summary>
    public bool IsComplete { get; private set; }

    public void WriteFraming(ref RequestHeadWriter head)
    {
        if (_context.Request.ContentLength is { } length)
        {
            head.Add("Content-Length", length.ToString(CultureInfo.InvariantCulture));
        }
        else
        {
            head.Add("Transfer-Encoding", "chunked");
        }

        if (_goAhead is not null)
        {
            head.Add("Expect", "100-continue");
        }
    }

    /// <summary>The app asked for the body.</summary>
    public void GoAhead() => _goAhead?.TrySetResult(true);

    /// <summary>The app's answer has begun: from here the clock is the response's.</summary>
    public void Answered()
    {
        lock (_gate)
        {
            _isAnswered = true;
        }

        _goAhead?.TrySetResult(false);
    }

    /// <summary>Ends the upload wherever it is; the connection is closed already, or about to be.</summary>
    public void Stop()
    {
        _isStopped = true;
        _goAhead?.TrySetResult(false);

        // One of the two threads sees the other's flag.
        Interlocked.MemoryBarrier();
        if (_isReading)
        {
            // Only then: the cancellation would else meet the listener's next read, which is of the visitor's next request.
            _body.CancelPendingRead();
        }
    }

    /// <remarks>Never throws: what goes wrong shows in <see cref="IsComplete"/> and, where the visitor is to blame, in the watch's verdict.</remarks>
    public async Task RunAsync(TimeProvider time)
    {
        try
        {
            if (_goAhead is null || await MayStartAsync(_goAhead.Task, time))
            {
                IsComplete = _context.Request.ContentLength is null ? await SendChunksAsync() : await SendBytesAsync();
            }
        }
        catch (BadHttpRequestException)
        {
            _connection.Watch.Stop(ForwardOutcome.RequestBodyFailed);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
            // The visitor left, or the app takes no more; the latter may have answered why, so the response is still read.
        }
    }

    private static async Task<bool> MayStartAsync(Task<bool> goAhead, TimeProvider time)
    {
        try
        {
            return await goAhead.WaitAsync(Patience, time);
        }
        catch (TimeoutException)
        {
            return true;
        }
    }

    private async Task<bool> SendBytesAsync()
    {
        while (await ReadAsync() is { } read)
        {
            try
            {
                foreach (var segment in read.Buffer)
                {
                    await SendAsync(segment);
                }

                _meter.Up(read.Buffer.Length);
            }
            finally
            {
                // Even after a failure: the listener drains what is left, and cannot while a read is open.
                _body.AdvanceTo(read.Buffer.End);
            }

            if (read.IsCompleted)
            {
                return true;
            }
        }

        return false;
    }

    private async Task<bool> SendChunksAsync()
    {
        var frame = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            while (await ReadAsync() is { } read)
            {
                try
                {
                    for (var rest = read.Buffer; !rest.IsEmpty;)
                    {
                        var chunk = rest.Slice(0, Math.Min(rest.Length, ChunkBytes - 16));
                        await SendAsync(frame.AsMemory(0, WriteChunk(chunk, frame)));
                        rest = rest.Slice(chunk.End);
                    }

                    _meter.Up(read.Buffer.Length);
                }
                finally
                {
                    _body.AdvanceTo(read.Buffer.End);
                }

                if (read.IsCompleted)
                {
                    await SendAsync(Encoding.Latin1.GetBytes(LastChunk()));
                    return true;
                }
            }

            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(frame);
        }
    }

    /// <returns>Null once stopped.</returns>
    private async ValueTask<ReadResult?> ReadAsync()
    {
        // While the visitor is slow the app owes nothing; the listener's own minimum rate watches the visitor.
        ExpectOfApp(null);
        _isReading = true;
        Interlocked.MemoryBarrier();
        try
        {
            if (_isStopped)
            {
                return null;
            }

            var read = await _body.ReadAsync();
            if (!read.IsCanceled)
            {
                return read;
            }

            _body.AdvanceTo(read.Buffer.Start);
            return null;
        }
        finally
        {
            _isReading = false;
        }
    }

    private async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        ExpectOfApp(_server.HeaderTimeout);
        await _connection.Stream.WriteAsync(bytes);
    }

    private void ExpectOfApp(TimeSpan? limit)
    {
        lock (_gate)
        {
            if (!_isAnswered)
            {
                _connection.Watch.Expect(limit, ForwardOutcome.HeaderTimeout);
            }
        }
    }

    private static int WriteChunk(in ReadOnlySequence<byte> content, Span<byte> frame)
    {
        Utf8Formatter.TryFormat((int)content.Length, frame, out var length, 'x');
        "\r\n"u8.CopyTo(frame[length..]);
        content.CopyTo(frame[(length + 2)..]);
        length += 2 + (int)content.Length;
        "\r\n"u8.CopyTo(frame[length..]);
        return length + 2;
    }

    private string LastChunk()
    {
        if (_context.Features.Get<IHttpRequestTrailersFeature>() is not { Available: true, Trailers: { Count: > 0 } trailers })
        {
            return "0\r\n\r\n";
        }

        var last = new StringBuilder("0\r\n");
        foreach (var (name, values) in trailers)
        {
            foreach (var value in values)
            {
                if (value is not null && RequestHeaderPolicy.PassesTrailer(name) && value.AsSpan().IndexOfAny('\r', '\n', '\0') < 0)
                {
                    last.Append(name).Append(": ").Append(value).Append("\r\n");
                }
            }
        }

        return last.Append("\r\n").ToString();
    }
}
