using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace PortPortal.Engine.Edge.Upstream;

/// <summary>Streams the app's response body to the visitor as it comes, reading on only as fast as the visitor takes it.</summary>
/// <remarks>
/// A body that came with the head is left in the writer for the response's own end to flush: a small answer costs one write.
/// Once something was flushed, the last piece must be, too: Kestrel leaves the rest of a body that it does not frame itself lying until the next request.
/// </remarks>
internal readonly struct ResponseRelay(HttpResponse response, UpstreamServer server, UpstreamConnection connection, IForwardMeter meter)
{
    private const int SmallestRead = 4 * 1024;
    private const int LargestRead = 64 * 1024;

    private readonly PipeWriter _visitor = response.BodyWriter;

    /// <param name="length">Null for a body that ends with the connection.</param>
    public async ValueTask CopyAsync(long? length)
    {
        var left = length ?? long.MaxValue;
        if (connection.Unread.Length >= left)
        {
            Put(connection.Unread[..(int)left]);
            connection.Consume((int)left);
            meter.Down(left);
            return;
        }

        left -= TakeUnread();
        await FlushAsync();
        var size = SmallestRead;
        while (true)
        {
            var target = _visitor.GetMemory(size);
            target = target.Length > left ? target[..(int)left] : target;
            var read = await ReceiveAsync(target);
            if (read == 0)
            {
                if (length is null)
                {
                    return;
                }

                throw new UpstreamException(ForwardOutcome.UpstreamBroke, "The app ended the connection in the middle of the body.");
            }

            _visitor.Advance(read);
            meter.Down(read);
            left -= read;
            await FlushAsync();
            if (left == 0)
            {
                return;
            }

            size = read == target.Length ? Math.Min(size * 4, LargestRead) : read < size / 4 ? SmallestRead : size;
        }
    }

    /// <param name="frames">Write the chunk framing here, trailers and all, because the HTTP/1.1 listener's own has no place for trailers.</param>
    public async ValueTask CopyChunksAsync(bool frames)
    {
        var decoder = new ChunkedDecoder();
        var trailers = new StringBuilder();
        for (var cameWithTheHead = true; ; cameWithTheHead = false)
        {
            var step = TakeChunks(ref decoder, frames, trailers);
            if (step != ChunkedStep.End || !cameWithTheHead)
            {
                await FlushAsync();
            }

            if (step == ChunkedStep.End)
            {
                return;
            }

            if (step == ChunkedStep.Malformed)
            {
                throw new UpstreamException(ForwardOutcome.UpstreamProtocolError, "The app's chunk framing is malformed.");
            }

            ExpectOfApp();
            if (!connection.Received(await connection.ReceiveMoreAsync()))
            {
                throw new UpstreamException(ForwardOutcome.UpstreamBroke, "The app ended the connection in the middle of the body.");
            }
        }
    }

    /// <returns>What ended the run: the end of what was received, of the body, or of patience.</returns>
    private ChunkedStep TakeChunks(ref ChunkedDecoder decoder, bool frames, StringBuilder trailers)
    {
        while (true)
        {
            var unread = connection.Unread;
            var step = decoder.Next(unread, out var consumed, out var piece);
            switch (step)
            {
                case ChunkedStep.Content when frames:
                    WriteChunk(unread[piece]);
                    break;

                case ChunkedStep.Content:
                    Put(unread[piece]);
                    break;

                case ChunkedStep.Trailer:
                    AddTrailer(unread[piece], frames, trailers);
                    break;
            }

            meter.Down(step == ChunkedStep.Content ? consumed : 0);
            connection.Consume(consumed);
            if (step == ChunkedStep.End && frames)
            {
                Put("0\r\n"u8);
                Put(Encoding.Latin1.GetBytes(trailers.Append("\r\n").ToString()));
            }

            if (step is ChunkedStep.End or ChunkedStep.NeedMore or ChunkedStep.Malformed)
            {
                return step;
            }
        }
    }

    /// <summary>Writes by asking for the whole length: before a response has started, Kestrel answers a call for a span of any length with an empty one.</summary>
    private void Put(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_visitor.GetSpan(bytes.Length));
        _visitor.Advance(bytes.Length);
    }

    private void WriteChunk(ReadOnlySpan<byte> content)
    {
        Span<byte> size = stackalloc byte[10];
        content.Length.TryFormat(size, out var digits, "x", CultureInfo.InvariantCulture);
        "\r\n"u8.CopyTo(size[digits..]);
        Put(size[..(digits + 2)]);
        Put(content);
        Put("\r\n"u8);
    }

    private void AddTrailer(ReadOnlySpan<byte> line, bool frames, StringBuilder trailers)
    {
        if (!HeaderLine.TryParse(line, out var name, out var value) || HeaderText.Name(line[name]) is var field && !ResponseHeaderPolicy.PassesTrailer(field))
        {
            return;
        }

        if (frames)
        {
            trailers.Append(field).Append(": ").Append(HeaderText.Value(line[value])).Append("\r\n");
        }
        else if (response.SupportsTrailers())
        {
            response.AppendTrailer(field, HeaderText.Value(line[value]));
        }
    }

    private int TakeUnread()
    {
        var unread = connection.Unread;
        Put(unread);
        meter.Down(unread.Length);
        var count = unread.Length;
        connection.Consume(count);
        return count;
    }

    private ValueTask<int> ReceiveAsync(Memory<byte> target)
    {
        ExpectOfApp();
        return connection.ReceiveAsync(target);
    }

    private void ExpectOfApp()
    {
        if (server.IdleTimeout is not null)
        {
            connection.Watch.Expect(server.IdleTimeout, ForwardOutcome.IdleTimeout);
        }
    }

    private async ValueTask FlushAsync()
    {
        if (server.IdleTimeout is not null)
        {
            connection.Watch.Expect(null, ForwardOutcome.IdleTimeout);
        }

        var flushed = await _visitor.FlushAsync();
        if (flushed.IsCompleted || flushed.IsCanceled)
        {
            throw new UpstreamException(ForwardOutcome.ClientAborted, "The visitor takes no more.");
        }
    }
}
