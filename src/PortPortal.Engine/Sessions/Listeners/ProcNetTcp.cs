using System.Buffers.Text;
using System.Net;
using System.Runtime.InteropServices;

namespace PortPortal.Engine.Sessions.Listeners;

/// <summary>The text form of <c>/proc/net/tcp</c> and <c>tcp6</c>, row by row (proc(5)).</summary>
internal static class ProcNetTcp
{
    private static ReadOnlySpan<byte> StateListen => "0A"u8;

    /// <summary>Takes the listening sockets out of whole rows; anything else, headings included, is passed over.</summary>
    public static void Read(ReadOnlySpan<byte> rows, List<ListeningSocket> sockets)
    {
        foreach (var range in rows.Split((byte)'\n'))
        {
            if (TryReadRow(rows[range], out var socket))
            {
                sockets.Add(socket);
            }
        }
    }

    /// <summary>A row is <c>sl local remote state queues timer retransmits uid timeout inode …</c>, fields apart by blanks.</summary>
    private static bool TryReadRow(ReadOnlySpan<byte> row, out ListeningSocket socket)
    {
        socket = default;
        var fields = new Fields(row);
        if (!fields.Next(out _) || !fields.Next(out var local) || !fields.Next(out _) || !fields.Next(out var state) || !state.SequenceEqual(StateListen))
        {
            return false;
        }

        for (var skipped = 0; skipped < 5; skipped++)
        {
            if (!fields.Next(out _))
            {
                return false;
            }
        }

        var colon = local.IndexOf((byte)':');
        if (colon < 0
            || !TryReadAddress(local[..colon], out var address)
            || !TryReadHex(local[(colon + 1)..], 4, out var port)
            || port == 0
            || !fields.Next(out var inodeText)
            || !Utf8Parser.TryParse(inodeText, out uint inode, out var read)
            || read != inodeText.Length)
        {
            return false;
        }

        socket = new(address, (int)port, inode);
        return true;
    }

    /// <summary>Words of eight digits, each a 32-bit number in the machine's order whose bytes are the address as the network has it.</summary>
    private static bool TryReadAddress(ReadOnlySpan<byte> text, out IPAddress address)
    {
        address = IPAddress.None;
        if (text.Length is not (8 or 32))
        {
            return false;
        }

        Span<uint> words = stackalloc uint[text.Length / 8];
        for (var i = 0; i < words.Length; i++)
        {
            if (!TryReadHex(text.Slice(8 * i, 8), 8, out words[i]))
            {
                return false;
            }
        }

        address = new IPAddress(MemoryMarshal.AsBytes(words));
        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        return true;
    }

    private static bool TryReadHex(ReadOnlySpan<byte> text, int digits, out uint value)
    {
        value = 0;
        return text.Length == digits && Utf8Parser.TryParse(text, out value, out var read, 'x') && read == digits;
    }

    private ref struct Fields(ReadOnlySpan<byte> row)
    {
        private ReadOnlySpan<byte> _rest = row;

        public bool Next(out ReadOnlySpan<byte> field)
        {
            _rest = _rest.TrimStart((byte)' ');
            var end = _rest.IndexOf((byte)' ');
            field = end < 0 ? _rest : _rest[..end];
            _rest = _rest[field.Length..];
            return !field.IsEmpty;
        }
    }
}
