using System.Buffers.Binary;
using System.Text;

namespace PortPortal.Engine.Forwarding.Netlink;

/// <summary>Builds the messages of one request; lengths are filled in when a message or a nest ends.</summary>
internal sealed class NetlinkWriter(uint firstSequence)
{
    public const ushort Request = 1;
    public const ushort Acknowledge = 4;
    public const ushort Dump = 0x300;
    public const ushort Create = 0x400;

    private const int Nested = 0x8000;

    private byte[] _bytes = new byte[4096];
    private int _length;
    private int _messageStart;
    private uint _count;

    public uint FirstSequence { get; } = firstSequence;

    /// <summary>The message whose acknowledgement ends the request.</summary>
    public uint AcknowledgedSequence { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    /// <summary>Begins a message of a netfilter subsystem (<c>nfgenmsg</c>).</summary>
    public void BeginNetfilter(int subsystem, int message, ushort flags, byte family, ushort resource = 0)
    {
        Begin((ushort)((subsystem << 8) | message), flags);
        Reserve(4)[0] = family;
        BinaryPrimitives.WriteUInt16BigEndian(_bytes.AsSpan(_length - 2), resource);
    }

    public void Begin(ushort type, ushort flags)
    {
        _messageStart = _length;
        var header = Reserve(NetlinkMessage.HeaderLength);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], type);
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], (ushort)(flags | Request));
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], FirstSequence + _count);
        if ((flags & Acknowledge) != 0)
        {
            AcknowledgedSequence = FirstSequence + _count;
        }

        _count++;
    }

    public void End() => BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(_messageStart), _length - _messageStart);

    public void Raw(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Reserve(bytes.Length));

    public void Attribute(int type, ReadOnlySpan<byte> value)
    {
        var attribute = Reserve(4 + ((value.Length + 3) & ~3));
        BinaryPrimitives.WriteUInt16LittleEndian(attribute, (ushort)(4 + value.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(attribute[2..], (ushort)type);
        value.CopyTo(attribute[4..]);
    }

    public void Attribute(int type, string value) => Attribute(type, Encoding.ASCII.GetBytes(value + '\0'));

    public void Attribute(int type, uint bigEndian)
    {
        Span<byte> value = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(value, bigEndian);
        Attribute(type, value);
    }

    public void Attribute(int type, ulong bigEndian)
    {
        Span<byte> value = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(value, bigEndian);
        Attribute(type, value);
    }

    /// <summary>Opens an attribute that holds others; pass the result to <see cref="EndNest"/>.</summary>
    public int BeginNest(int type)
    {
        var start = _length;
        BinaryPrimitives.WriteUInt16LittleEndian(Reserve(4)[2..], (ushort)(type | Nested));
        return start;
    }

    public void EndNest(int start) => BinaryPrimitives.WriteUInt16LittleEndian(_bytes.AsSpan(start), (ushort)(_length - start));

    private Span<byte> Reserve(int count)
    {
        if (_length + count > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + count));
        }

        _length += count;
        return _bytes.AsSpan(_length - count, count);
    }
}
