using System.Buffers.Binary;
using System.Net;
using FsCheck;
using FsCheck.Fluent;
using PortPortal.Engine.Sessions.Listeners;

namespace PortPortal.Tests.Sessions.Listeners;

public sealed class SockDiagTests
{
    private const uint Sequence = 7;
    private const ushort Done = 3;
    private const ushort Error = 2;
    private const ushort ByFamily = 20;
    private const byte Listen = 10;
    private const byte Established = 1;

    [Fact]
    public void WriteRequest_Ipv6_AsksForListeningTcpSocketsOfThatFamily()
    {
        var request = new byte[SockDiag.RequestLength];

        SockDiag.WriteRequest(request, SockDiag.Ipv6, Sequence);

        // nlmsghdr: 72 bytes, SOCK_DIAG_BY_FAMILY, REQUEST|DUMP, sequence, no pid; inet_diag_req_v2: AF_INET6, TCP, states = 1 << LISTEN.
        Assert.Equal("480000001400010307000000000000000A06000000040000", Convert.ToHexString(request.AsSpan(0, 24)));
        Assert.All(request[24..], b => Assert.Equal(0, b));
    }

    [Fact]
    public void Read_ListeningSockets_TakesAddressPortAndInode()
    {
        var (progress, sockets) = Read(
            [.. Socket(SockDiag.Ipv4, "127.0.0.2", 3000, inode: 41), .. Socket(SockDiag.Ipv6, "::1", 65535, inode: 42), .. Message(Done, [])]);

        Assert.Equal(DumpProgress.Done, progress);
        Assert.Equal([new(IPAddress.Parse("127.0.0.2"), 3000, 41), new(IPAddress.IPv6Loopback, 65535, 42)], sockets);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(0, false)]
    public void Read_Ipv6OnlyAttribute_IsTaken(byte value, bool expected)
    {
        byte[] attributes = [8, 0, 1, 0, 9, 9, 9, 9, 5, 0, 11, 0, value, 0, 0, 0];

        var (_, sockets) = Read(Socket(SockDiag.Ipv6, "::", 80, attributes: attributes));

        Assert.Equal(expected, Assert.Single(sockets).Ipv6Only);
    }

    [Fact]
    public void Read_Ipv4MappedAddress_IsTheIpv4AddressItMeans()
    {
        var (_, sockets) = Read(Socket(SockDiag.Ipv6, "::ffff:127.0.0.1", 8080));

        Assert.Equal(IPAddress.Loopback, Assert.Single(sockets).Address);
    }

    [Fact]
    public void Read_AnswerToAnotherRequest_IsPassedOver()
    {
        var (progress, sockets) = Read([.. Socket(SockDiag.Ipv4, "127.0.0.1", 80, sequence: 6), .. Message(Done, [], sequence: 6)]);

        Assert.Equal(DumpProgress.More, progress);
        Assert.Empty(sockets);
    }

    [Fact]
    public void Read_ConnectionThatDoesNotListen_IsPassedOver()
    {
        var (_, sockets) = Read(Socket(SockDiag.Ipv4, "127.0.0.1", 80, state: Established));

        Assert.Empty(sockets);
    }

    [Fact]
    public void Read_Refusal_GivesItsErrno()
    {
        var (progress, _) = Read(Message(Error, [0xFE, 0xFF, 0xFF, 0xFF]));

        Assert.Equal(new DumpProgress(DumpState.Refused, 2), progress);
    }

    [Theory]
    [InlineData(15)]
    [InlineData(0)]
    [InlineData(1000)]
    [InlineData(int.MaxValue)]
    public void Read_LengthThatCannotBe_IsBroken(int length)
    {
        var datagram = Socket(SockDiag.Ipv4, "127.0.0.1", 80);
        BinaryPrimitives.WriteInt32LittleEndian(datagram, length);

        Assert.Equal(DumpProgress.Broken, Read(datagram).Progress);
    }

    [Fact]
    public void Read_EveryTruncation_YieldsNoSocketFromHalfAMessage()
    {
        var datagram = Socket(SockDiag.Ipv4, "127.0.0.1", 80);

        for (var length = 1; length < datagram.Length; length++)
        {
            var (progress, sockets) = Read(datagram[..length]);
            Assert.Equal(DumpProgress.Broken, progress);
            Assert.Empty(sockets);
        }
    }

    [Fact]
    public void Read_AnyBytes_NeverThrowsAndNeverInventsAPort()
    {
        Prop.ForAll<byte[]>(bytes => Read(bytes).Sockets.TrueForAll(IsPossible)).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Read_DamagedAnswers_NeverThrowsAndNeverInventsAPort()
    {
        byte[] sound = [.. Socket(SockDiag.Ipv6, "::", 80, attributes: [5, 0, 11, 0, 1, 0, 0, 0]), .. Socket(SockDiag.Ipv4, "10.0.0.1", 81), .. Message(Done, [])];
        var damages = ArbMap.Default.GeneratorFor<(ushort At, byte Value)[]>().ToArbitrary();

        Prop.ForAll(damages, list =>
        {
            var damaged = sound.ToArray();
            foreach (var (at, value) in list)
            {
                damaged[at % damaged.Length] = value;
            }

            return Read(damaged).Sockets.TrueForAll(IsPossible);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    private static bool IsPossible(ListeningSocket socket) => socket.Port is > 0 and <= 65535 && socket.Address is not null;

    private static (DumpProgress Progress, List<ListeningSocket> Sockets) Read(byte[] datagram)
    {
        var sockets = new List<ListeningSocket>();
        return (SockDiag.Read(datagram, Sequence, sockets), sockets);
    }

    private static byte[] Socket(byte family, string address, ushort port, uint inode = 1, byte state = Listen, uint sequence = Sequence, byte[]? attributes = null)
    {
        var body = new byte[72];
        (body[0], body[1]) = (family, state);
        BinaryPrimitives.WriteUInt16BigEndian(body.AsSpan(4), port);
        IPAddress.Parse(address).GetAddressBytes().CopyTo(body, 8);
        BinaryPrimitives.WriteUInt32LittleEndian(body.AsSpan(68), inode);
        return Message(ByFamily, [.. body, .. attributes ?? []], sequence);
    }

    private static byte[] Message(ushort type, byte[] body, uint sequence = Sequence)
    {
        var message = new byte[16 + body.Length];
        BinaryPrimitives.WriteInt32LittleEndian(message, message.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(4), type);
        BinaryPrimitives.WriteUInt32LittleEndian(message.AsSpan(8), sequence);
        body.CopyTo(message, 16);
        return message;
    }
}
