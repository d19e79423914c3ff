using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;

namespace PortPortal.Engine.Edge.Listener;

/// <summary>The first message of TLS, which a client may spread over several records (RFC 8446, sections 4.1.2 and 5.1).</summary>
/// <param name="Reader">To go on with: it begins at the hello, in one record.</param>
/// <param name="OffersTls13">True where the client takes TLS 1.3.</param>
/// <remarks>
/// SslStream looks for the name in the first record alone, and never at the versions. A hello in pieces is put together, so that it is routed
/// like any other: records are an envelope and no part of what the handshake signs.
/// </remarks>
internal sealed record ClientHello(PipeReader Reader, bool OffersTls13)
{
    public const byte HandshakeRecord = 0x16;

    private const int RecordHeader = 5;
    private const int MessageHeader = 4;
    private const int MaxRecord = 16_384;
    private const int MaxPieces = 32; // each piece is read again with every packet; nobody honest needs more than a few

    /// <summary>Waits until the whole hello is there.</summary>
    /// <returns>Null where the client left or what it sends is no hello.</returns>
    public static async ValueTask<ClientHello?> ReadAsync(PipeReader input, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await input.ReadAsync(cancellationToken);
            var records = Join(read.Buffer);
            if (records.Message is { } message)
            {
                var offersTls13 = SupportedVersions.IncludeTls13(message.AsSpan(MessageHeader));
                var isOneRecord = records.Count == 1;
                input.AdvanceTo(isOneRecord ? read.Buffer.Start : records.End);
                return new(isOneRecord ? input : new PrefixedPipeReader(Record(message), input), offersTls13);
            }

            if (records.IsHopeless || read.IsCompleted)
            {
                input.AdvanceTo(read.Buffer.End);
                return null;
            }

            input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static Records Join(ReadOnlySequence<byte> buffer)
    {
        var reader = new SequenceReader<byte>(buffer);
        var message = new ArrayBufferWriter<byte>();
        Span<byte> header = stackalloc byte[RecordHeader];
        for (var count = 1; count <= MaxPieces; count++)
        {
            if (!reader.TryCopyTo(header))
            {
                return Records.Unfinished;
            }

            int length = BinaryPrimitives.ReadUInt16BigEndian(header[3..]);
            if (header[0] != HandshakeRecord || header[1] != 3 || length == 0 || message.WrittenCount + length > MaxRecord)
            {
                return Records.Hopeless;
            }

            if (reader.Remaining < RecordHeader + length)
            {
                return Records.Unfinished;
            }

            reader.Advance(RecordHeader);
            reader.TryCopyTo(message.GetSpan(length)[..length]);
            message.Advance(length);
            reader.Advance(length);
            if (message.WrittenCount >= MessageHeader && message.WrittenCount >= MessageLength(message.WrittenSpan))
            {
                return new(message.WrittenSpan.ToArray(), count, reader.Position, false);
            }
        }

        return Records.Hopeless;
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

    /// <param name="Message">What is in the records; null while it is not whole.</param>
    /// <param name="Count">How many records it took.</param>
    /// <param name="End">Where the last of them ends.</param>
    /// <param name="IsHopeless">True for what will never be a hello.</param>
    private readonly record struct Records(byte[]? Message, int Count, SequencePosition End, bool IsHopeless)
    {
        public static Records Unfinished => default;

        public static Records Hopeless => new(null, 0, default, true);
    }
}
