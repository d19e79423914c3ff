using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text;

namespace PortPortal.Engine.Forwarding.Nftables;

/// <summary>The kinds of values in our sets.</summary>
internal enum NftType
{
    Port,
    Mark,
    Ipv4,
    Ipv6,
    Interface,
}

/// <summary>Between the text of an element and the kernel's bytes for it.</summary>
internal static class NftEncoding
{
    private const string Joint = " . ";
    private const int InterfaceLength = 16;

    public static string NftName(this NftType type) => type switch
    {
        NftType.Port => "inet_service",
        NftType.Mark => "mark",
        NftType.Ipv4 => "ipv4_addr",
        NftType.Ipv6 => "ipv6_addr",
        _ => "ifname",
    };

    /// <summary>The first and the last value a text stands for; the same where it is no range.</summary>
    public static (byte[] First, byte[] Last) Encode(NftType[] types, string text)
    {
        var fields = text.Split(Joint);
        var (first, last) = (new List<byte>(), new List<byte>());
        for (var i = 0; i < types.Length; i++)
        {
            var (from, to) = EncodeField(types[i], fields[i]);
            Append(first, from, isJoined: types.Length > 1);
            Append(last, to, isJoined: types.Length > 1);
        }

        return ([.. first], [.. last]);
    }

    public static string Decode(NftType[] types, ReadOnlySpan<byte> first, ReadOnlySpan<byte> last)
    {
        if (types.Length == 1)
        {
            return DecodeField(types[0], first, last);
        }

        var text = new StringBuilder();
        var offset = 0;
        foreach (var type in types)
        {
            var length = LengthOf(type);
            text.Append(offset == 0 ? string.Empty : Joint).Append(DecodeField(type, first.Slice(offset, length), last.Slice(offset, length)));
            offset += (length + 3) & ~3;
        }

        return text.ToString();
    }

    /// <summary>In a concatenation each field fills whole 32-bit registers.</summary>
    private static void Append(List<byte> bytes, byte[] field, bool isJoined)
    {
        bytes.AddRange(field);
        while (isJoined && bytes.Count % 4 != 0)
        {
            bytes.Add(0);
        }
    }

    private static int LengthOf(NftType type) => type switch
    {
        NftType.Port => 2,
        NftType.Mark or NftType.Ipv4 => 4,
        _ => InterfaceLength,
    };

    private static (byte[] First, byte[] Last) EncodeField(NftType type, string text)
    {
        switch (type)
        {
            case NftType.Port:
                var port = new byte[2];
                BinaryPrimitives.WriteUInt16BigEndian(port, ushort.Parse(text, CultureInfo.InvariantCulture));
                return (port, port);
            case NftType.Mark:
                var mark = BitConverter.GetBytes(Convert.ToUInt32(text, 16)); // marks are in the machine's own byte order
                return (mark, mark);
            case NftType.Interface:
                var name = new byte[InterfaceLength];
                Encoding.ASCII.GetBytes(text.Trim('"'), name);
                return (name, name);
            default:
                return EncodeAddresses(text);
        }
    }

    private static (byte[] First, byte[] Last) EncodeAddresses(string text)
    {
        if (text.IndexOf('-', StringComparison.Ordinal) is > 0 and var dash)
        {
            return (IPAddress.Parse(text[..dash]).GetAddressBytes(), IPAddress.Parse(text[(dash + 1)..]).GetAddressBytes());
        }

        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
        {
            var address = IPAddress.Parse(text).GetAddressBytes();
            return (address, address);
        }

        var first = IPAddress.Parse(text[..slash]).GetAddressBytes();
        return (first, LastOf(first, int.Parse(text[(slash + 1)..], CultureInfo.InvariantCulture)));
    }

    private static byte[] LastOf(ReadOnlySpan<byte> first, int prefixLength)
    {
        var last = first.ToArray();
        for (var bit = prefixLength; bit < last.Length * 8; bit++)
        {
            last[bit / 8] |= (byte)(0x80 >> (bit % 8));
        }

        return last;
    }

    private static string DecodeField(NftType type, ReadOnlySpan<byte> first, ReadOnlySpan<byte> last) => type switch
    {
        NftType.Port => BinaryPrimitives.ReadUInt16BigEndian(first).ToString(CultureInfo.InvariantCulture),
        NftType.Mark => $"0x{BitConverter.ToUInt32(first):x8}",
        NftType.Interface => $"\"{Encoding.ASCII.GetString(first).TrimEnd('\0')}\"",
        _ => DecodeAddresses(first, last),
    };

    private static string DecodeAddresses(ReadOnlySpan<byte> first, ReadOnlySpan<byte> last)
    {
        if (first.SequenceEqual(last))
        {
            return new IPAddress(first).ToString();
        }

        for (var length = 0; length < first.Length * 8; length++)
        {
            if (LastOf(first, length).AsSpan().SequenceEqual(last))
            {
                return $"{new IPAddress(first)}/{length}";
            }
        }

        return $"{new IPAddress(first)}-{new IPAddress(last)}";
    }
}
