using System.Buffers.Binary;

namespace PortPortal.Engine.Forwarding.Netlink;

/// <summary>One message of a netlink packet, in place.</summary>
internal readonly ref struct NetlinkMessage(ReadOnlySpan<byte> bytes)
{
    public const ushort Error = 2;
    public const ushort Done = 3;
    public const int HeaderLength = 16;

    private const ushort FlagMultipart = 2;
    private const ushort FlagDumpInterrupted = 0x10;

    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public ushort Type => BinaryPrimitives.ReadUInt16LittleEndian(_bytes[4..]);

    public bool IsMultipart => (Flags & FlagMultipart) != 0;

    public bool WasInterrupted => (Flags & FlagDumpInterrupted) != 0;

    public uint Sequence => BinaryPrimitives.ReadUInt32LittleEndian(_bytes[8..]);

    /// <summary>Of an <see cref="Error"/>: 0 is an acknowledgement.</summary>
    public int Errno => -BinaryPrimitives.ReadInt32LittleEndian(_bytes[HeaderLength..]);

    public ReadOnlySpan<byte> Payload => _bytes[HeaderLength..];

    private ushort Flags => BinaryPrimitives.ReadUInt16LittleEndian(_bytes[6..]);
}

/// <summary>The messages of one packet, for <c>foreach</c>.</summary>
internal ref struct NetlinkMessages(ReadOnlySpan<byte> packet)
{
    private ReadOnlySpan<byte> _rest = packet;
    private ReadOnlySpan<byte> _current;

    public readonly NetlinkMessage Current => new(_current);

    public readonly NetlinkMessages GetEnumerator() => this;

    public bool MoveNext()
    {
        if (_rest.Length < NetlinkMessage.HeaderLength)
        {
            return false;
        }

        var length = (int)BinaryPrimitives.ReadUInt32LittleEndian(_rest);
        _current = _rest[..length];
        _rest = _rest[Math.Min((length + 3) & ~3, _rest.Length)..];
        return true;
    }
}

/// <summary>The attributes in a stretch of bytes, for <c>foreach</c>.</summary>
internal ref struct NetlinkAttributes(ReadOnlySpan<byte> bytes)
{
    private const int TypeMask = 0x3FFF;

    private ReadOnlySpan<byte> _rest = bytes;

    public int Type { get; private set; }

    public ReadOnlySpan<byte> Value { get; private set; }

    public readonly NetlinkAttributes Current => this;

    /// <summary>The value of the first attribute of a type; empty where there is none.</summary>
    public static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> bytes, int type)
    {
        foreach (var attribute in new NetlinkAttributes(bytes))
        {
            if (attribute.Type == type)
            {
                return attribute.Value;
            }
        }

        return [];
    }

    public readonly NetlinkAttributes GetEnumerator() => this;

    public bool MoveNext()
    {
        if (_rest.Length < 4)
        {
            return false;
        }

        var length = BinaryPrimitives.ReadUInt16LittleEndian(_rest);
        Type = BinaryPrimitives.ReadUInt16LittleEndian(_rest[2..]) & TypeMask;
        Value = _rest[4..length];
        _rest = _rest[Math.Min((length + 3) & ~3, _rest.Length)..];
        return true;
    }
}
