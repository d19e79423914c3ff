using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;

namespace PortPortal.Engine.Edge.Listener;

/// <summary>The first message of TLS, which a client may spread over several records (RFC 8446, section 5.1).</summary>
/// <remarks>
/// SslStream looks for the name in the first record alone. A hello in pieces is put together into one record, so that it is routed like any other:
/// records are an envelope and no part of what the handshake signs.
/// </remarks>
internal static class ClientHello
{
    public const byte HandshakeRecord = 0x16;

    private const int RecordHeader = 5;
    private const int MessageHeader = 4;
    private const int MaxRecord = 16_384;
    private const int MaxPieces = 32; // each piece is read again with every packet; nobody honest needs more than a few

    /// <summary>Waits for the whole hello where it is in pieces.</summary>
    /// <returns>The reader to go on with; null where the client left or what it sends is no hello.</returns>
    public static async ValueTask<PipeReader?> JoinAsync(PipeReader input, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await input.ReadAsync(cancellationToken);
            switch (Inspect(read.Buffer, out var joined, out var used))
            {
                case Shape.Whole:
                    input.AdvanceTo(read.Buffer.Start);
                    return input;
                case Shape.InPieces:
                    input.AdvanceTo(used);
                    return new PrefixedPipeReader(joined, input);
                case Shape.Unfinished when !read.IsCompleted:
                    input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                    break;
                default:
                    input.AdvanceTo(read.Buffer.End);
                    return null;
            }
        }
    }

    private static Shape Inspect(ReadOnlySequence<byte> buffer, out byte[] joined, out SequencePosition used)
    {
        joined = [];
        used = buffer.Start;
        var reader = new SequenceReader<byte>(buffer);
        Span<byte> start = stackalloc byte[RecordHeader + MessageHeader];
        if (!reader.TryCopyTo(start))
        {
            return Shape.Unfinished;
        }

        // The usual case ends here, after nine bytes: the first record holds the whole message.
        if (RecordLength(start) is { } first and >= MessageHeader && MessageLength(start[RecordHeader..]) <= first)
        {
            return Shape.Whole;
        }

        var message = new ArrayBufferWriter<byte>();
        var header = start[..RecordHeader];
        for (var records = 0; records < MaxPieces; records++)
        {
            if (!reader.TryCopyTo(header))
            {
                return Shape.Unfinished;
            }

            if (RecordLength(header) is not { } length || message.WrittenCount + length > MaxRecord)
            {
                return Shape.NoHello;
            }

            if (reader.Remaining < RecordHeader + length)
            {
                return Shape.Unfinished;
            }

            reader.Advance(RecordHeader);
            reader.TryCopyTo(message.GetSpan(length)[..length]);
            message.Advance(length);
            reader.Advance(length);
            if (message.WrittenCount >= MessageHeader && message.WrittenCount >= MessageLength(message.WrittenSpan))
            {
                joined = Record(message.WrittenSpan);
                used = reader.Position;
                return Shape.InPieces;
            }
        }

        return Shape.NoHello;
    }

    private static int? RecordLength(ReadOnlySpan<byte> header)
    {
        var length = BinaryPrimitives.ReadUInt16BigEndian(header[3..]);
        return header[0] == HandshakeRecord && header[1] == 3 && length is > 0 and <= MaxRecord ? length : null;
    }

    private static int MessageLength(ReadOnlySpan<byte> message) =>
        MessageHeader + (message[1] << 16 | BinaryPrimitives.ReadUInt16BigEndian(message[2..]));

    private static byte[] Record(ReadOnlySpan<byte> message)
    {
        var record = new byte[RecordHeader + message.Length];
        (record[0], record[1], record[2]) = (HandshakeRecord, 3, 1);
        BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(3), (ushort)message.Length);
        message.CopyTo(record.AsSpan(RecordHeader));
        return record;
    }

    private enum Shape
    {
        Unfinished,
        Whole,
        InPieces,
        NoHello,
    }
}
