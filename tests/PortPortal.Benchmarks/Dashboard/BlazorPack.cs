using System.Buffers.Binary;
using System.Text;

namespace PortPortal.Benchmarks.Dashboard;

/// <summary>As much of SignalR's MessagePack protocol as a Blazor circuit speaks: arrays of whole numbers, text, bytes and nothing.</summary>
/// <remarks>aspnetcore, src/SignalR/docs/specs/HubProtocol.md; a message is preceded by its length, seven bits at a time.</remarks>
internal static class BlazorPack
{
    public static byte[] Invocation(string? id, string target, params object?[] arguments)
    {
        using var body = new MemoryStream();
        Write(body, new object?[] { 1, new Dictionary<string, string>(StringComparer.Ordinal), id, target, arguments });
        using var message = new MemoryStream();
        for (var length = (uint)body.Length; ; length >>= 7)
        {
            message.WriteByte((byte)(length > 0x7f ? (length & 0x7f) | 0x80 : length));
            if (length <= 0x7f)
            {
                break;
            }
        }

        body.WriteTo(message);
        return message.ToArray();
    }

    /// <summary>Takes the first whole message off what has arrived; false where there is none yet.</summary>
    public static bool TryRead(ref ReadOnlyMemory<byte> arrived, out object?[] message)
    {
        message = [];
        var (length, shift, head) = (0, 0, 0);
        while (true)
        {
            if (head >= arrived.Length)
            {
                return false;
            }

            var part = arrived.Span[head++];
            length |= (part & 0x7f) << shift;
            shift += 7;
            if (part < 0x80)
            {
                break;
            }
        }

        if (arrived.Length < head + length)
        {
            return false;
        }

        var body = arrived.Slice(head, length);
        message = (object?[])Read(ref body)!;
        arrived = arrived[(head + length)..];
        return true;
    }

    private static void Write(Stream to, object? value)
    {
        switch (value)
        {
            case null:
                to.WriteByte(0xc0);
                break;
            case int or long:
                to.WriteByte(0xd3);
                to.Write(BigEndian(Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture)));
                break;
            case bool on:
                to.WriteByte(on ? (byte)0xc3 : (byte)0xc2);
                break;
            case string text:
                var bytes = Encoding.UTF8.GetBytes(text);
                to.WriteByte(0xdb);
                to.Write(BigEndian((uint)bytes.Length));
                to.Write(bytes);
                break;
            case Dictionary<string, string>:
                to.WriteByte(0x80);
                break;
            case object?[] items:
                to.WriteByte(0xdd);
                to.Write(BigEndian((uint)items.Length));
                foreach (var item in items)
                {
                    Write(to, item);
                }

                break;
            default:
                throw new ArgumentException($"{value.GetType().Name} is not written here.", nameof(value));
        }
    }

    private static object? Read(ref ReadOnlyMemory<byte> from)
    {
        var kind = Take(ref from, 1)[0];
        return kind switch
        {
            <= 0x7f => (long)kind,
            >= 0xe0 => (long)(sbyte)kind,
            0xc0 => null,
            0xc2 => false,
            0xc3 => true,
            0xc4 => Bytes(ref from, (int)Unsigned(ref from, 1)),
            0xc5 => Bytes(ref from, (int)Unsigned(ref from, 2)),
            0xc6 => Bytes(ref from, (int)Unsigned(ref from, 4)),
            >= 0xcc and <= 0xcf => (long)Unsigned(ref from, 1 << (kind - 0xcc)),
            0xd0 => (long)(sbyte)Unsigned(ref from, 1),
            0xd1 => (long)(short)Unsigned(ref from, 2),
            0xd2 => (long)(int)Unsigned(ref from, 4),
            0xd3 => (long)Unsigned(ref from, 8),
            0xd9 => Text(ref from, (int)Unsigned(ref from, 1)),
            0xda => Text(ref from, (int)Unsigned(ref from, 2)),
            0xdb => Text(ref from, (int)Unsigned(ref from, 4)),
            0xdc => Array(ref from, (int)Unsigned(ref from, 2)),
            0xdd => Array(ref from, (int)Unsigned(ref from, 4)),
            >= 0xa0 and <= 0xbf => Text(ref from, kind & 0x1f),
            >= 0x90 and <= 0x9f => Array(ref from, kind & 0x0f),
            >= 0x80 and <= 0x8f => Array(ref from, (kind & 0x0f) * 2),
            _ => throw new InvalidDataException($"MessagePack type {kind:x2} is not read here."),
        };
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlyMemory<byte> from, int count)
    {
        var taken = from.Span[..count];
        from = from[count..];
        return taken;
    }

    private static ulong Unsigned(ref ReadOnlyMemory<byte> from, int width)
    {
        var value = 0UL;
        foreach (var part in Take(ref from, width))
        {
            value = (value << 8) | part;
        }

        return value;
    }

    private static byte[] Bytes(ref ReadOnlyMemory<byte> from, int count) => Take(ref from, count).ToArray();

    private static string Text(ref ReadOnlyMemory<byte> from, int count) => Encoding.UTF8.GetString(Take(ref from, count));

    private static object?[] Array(ref ReadOnlyMemory<byte> from, int count)
    {
        var items = new object?[count];
        for (var i = 0; i < count; i++)
        {
            items[i] = Read(ref from);
        }

        return items;
    }

    private static byte[] BigEndian(long value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        return bytes;
    }

    private static byte[] BigEndian(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }
}
