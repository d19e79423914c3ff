using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;

namespace PortPortal.Engine.Sessions.Listeners;

/// <summary>The wire form of a NETLINK_SOCK_DIAG dump of listening TCP sockets.</summary>
/// <remarks>Layouts: linux/netlink.h, linux/sock_diag.h, linux/inet_diag.h; netlink(7), sock_diag(7). Numbers are the machine's own order, ports and addresses the network's.</remarks>
internal static class SockDiag
{
    public const byte Ipv4 = 2;
    public const byte Ipv6 = 10;
    public const int RequestLength = HeaderLength + 56;

    private const int HeaderLength = 16;
    private const int MessageLength = 72;
    private const int AttributeHeaderLength = 4;

    private const ushort TypeError = 2;
    private const ushort TypeDone = 3;
    private const ushort TypeByFamily = 20;
    private const ushort FlagsRequestDump = 0x301;
    private const ushort AttributeIpv6Only = 11;

    private const byte ProtocolTcp = 6;
    private const byte StateListen = 10;

    /// <summary>Asks for every TCP socket of one family in state LISTEN; the answers carry <paramref name="sequence"/>.</summary>
    public static void WriteRequest(Span<byte> request, byte family, uint sequence)
    {
        request = request[..RequestLength];
        request.Clear();
        Write(request, (uint)RequestLength);
        Write(request[4..], TypeByFamily);
        Write(request[6..], FlagsRequestDump);
        Write(request[8..], sequence);
        request[HeaderLength] = family;
        request[HeaderLength + 1] = ProtocolTcp;
        Write(request[(HeaderLength + 4)..], 1u << StateListen);
    }

    /// <summary>Takes the sockets out of one datagram of the answer; answers to other requests are passed over.</summary>
    public static DumpProgress Read(ReadOnlySpan<byte> datagram, uint sequence, List<ListeningSocket> sockets)
    {
        while (datagram.Length >= HeaderLength)
        {
            var length = MemoryMarshal.Read<uint>(datagram);
            if (length < HeaderLength || length > (uint)datagram.Length)
            {
                return DumpProgress.Broken;
            }

            var message = datagram[..(int)length];
            datagram = datagram[Math.Min(Align((int)length), datagram.Length)..];
            if (MemoryMarshal.Read<uint>(message[8..]) != sequence)
            {
                continue;
            }

            switch (MemoryMarshal.Read<ushort>(message[4..]))
            {
                case TypeDone:
                    return DumpProgress.Done;
                case TypeError:
                    return message.Length >= HeaderLength + 4 ? new(DumpState.Refused, -MemoryMarshal.Read<int>(message[HeaderLength..])) : DumpProgress.Broken;
                case TypeByFamily when TryReadSocket(message[HeaderLength..], out var socket):
                    sockets.Add(socket);
                    break;
            }
        }

        return datagram.IsEmpty ? DumpProgress.More : DumpProgress.Broken;
    }

    private static bool TryReadSocket(ReadOnlySpan<byte> message, out ListeningSocket socket)
    {
        socket = default;
        if (message.Length < MessageLength || message[1] != StateListen || message[0] is not (Ipv4 or Ipv6))
        {
            return false;
        }

        var port = BinaryPrimitives.ReadUInt16BigEndian(message[4..]);
        var address = new IPAddress(message.Slice(8, message[0] == Ipv4 ? 4 : 16));
        var inode = MemoryMarshal.Read<uint>(message[68..]);
        socket = new(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, port, inode, IsIpv6Only(message[MessageLength..]));
        return port != 0;
    }

    private static bool IsIpv6Only(ReadOnlySpan<byte> attributes)
    {
        while (attributes.Length >= AttributeHeaderLength)
        {
            var length = MemoryMarshal.Read<ushort>(attributes);
            if (length < AttributeHeaderLength || length > attributes.Length)
            {
                return false;
            }

            if (MemoryMarshal.Read<ushort>(attributes[2..]) == AttributeIpv6Only)
            {
                return length > AttributeHeaderLength && attributes[AttributeHeaderLength] != 0;
            }

            attributes = attributes[Math.Min(Align(length), attributes.Length)..];
        }

        return false;
    }

    private static int Align(int length) => (length + 3) & ~3;

    private static void Write<T>(Span<byte> destination, T value)
        where T : unmanaged => MemoryMarshal.Write(destination, value);
}

internal enum DumpState
{
    More,
    Done,
    Refused,
    Broken,
}

/// <param name="Error">The errno of a refusal, else 0.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct DumpProgress(DumpState State, int Error = 0)
{
    public static readonly DumpProgress More = new(DumpState.More);
    public static readonly DumpProgress Done = new(DumpState.Done);
    public static readonly DumpProgress Broken = new(DumpState.Broken);
}
