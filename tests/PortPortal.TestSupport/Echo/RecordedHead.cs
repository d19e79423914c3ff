using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Connections;

namespace PortPortal.TestSupport;

/// <summary>The bytes of a connection since the last answer: what really arrived, before any server tidied it up.</summary>
internal sealed class RecordedHead
{
    private readonly ArrayBufferWriter<byte> _bytes = new(); // one connection, one request at a time

    /// <summary>The request line and the headers, as Latin-1, without the empty line.</summary>
    public override string ToString()
    {
        var text = Encoding.Latin1.GetString(_bytes.WrittenSpan);
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        return end < 0 ? text : text[..end];
    }

    public void Clear() => _bytes.Clear();

    /// <summary>Puts a recorder in front of the server's parser.</summary>
    public static ConnectionDelegate Record(ConnectionDelegate next) => async connection =>
    {
        var head = new RecordedHead();
        connection.Features.Set(head);
        connection.Transport = new Pipes(PipeReader.Create(new RecordingStream(connection.Transport.Input.AsStream(), head._bytes)), connection.Transport.Output);
        await next(connection);
    };

    private sealed class Pipes(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }

    private sealed class RecordingStream(Stream inner, ArrayBufferWriter<byte> record) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = await inner.ReadAsync(buffer, cancellationToken);
            record.Write(buffer.Span[..count]);
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
