using System.Buffers.Binary;

namespace PortPortal.Tests.Edge.Listener;

/// <summary>Cuts the first thing written, a TLS hello, into several TLS records, or into several packets.</summary>
internal sealed class FragmentingStream(Stream inner, int? recordSize, int? packetSize) : Stream
{
    private const int RecordHeader = 5;
    private bool _isPastHello;

    public int Records { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_isPastHello)
        {
            await inner.WriteAsync(buffer, cancellationToken);
            return;
        }

        _isPastHello = true;
        var bytes = recordSize is { } size ? Split(buffer.Span, size) : buffer.ToArray();
        foreach (var packet in bytes.Chunk(packetSize ?? bytes.Length))
        {
            await inner.WriteAsync(packet, cancellationToken);
        }
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => inner.ReadAsync(buffer, cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => inner.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private byte[] Split(ReadOnlySpan<byte> record, int size)
    {
        using var split = new MemoryStream();
        Span<byte> header = [record[0], record[1], record[2], 0, 0];
        for (var rest = record[RecordHeader..]; !rest.IsEmpty; rest = rest[Math.Min(size, rest.Length)..])
        {
            var piece = rest[..Math.Min(size, rest.Length)];
            BinaryPrimitives.WriteUInt16BigEndian(header[3..], (ushort)piece.Length);
            split.Write(header);
            split.Write(piece);
            Records++;
        }

        return split.ToArray();
    }
}
