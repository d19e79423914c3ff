using System.Net;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using PortPortal.Engine.Sessions.Listeners;

namespace PortPortal.Tests.Sessions.Listeners;

public sealed class ProcNetTcpTests
{
    private const string Ipv4Table =
        """
          sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
           0: 0200007F:0BB8 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 41 1 0000000000000000 100 0 0 10 0
           1: 0100007F:0BB9 0100007F:D431 01 00000000:00000000 00:00000000 00000000  1000        0 42 1 0000000000000000 20 4 30 10 -1

        """;

    private const string Ipv6Table =
        """
          sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
           0: 00000000000000000000000001000000:1F90 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4294967295 1 0000000000000000 100 0 0 10 0
           1: 0000000000000000FFFF00000100007F:1F91 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 44 1 0000000000000000 100 0 0 10 0
        """;

    [LittleEndianFact]
    public void Read_Ipv4Table_TakesListeningRowsOnly() =>
        Assert.Equal([new(IPAddress.Parse("127.0.0.2"), 3000, 41)], Read(Ipv4Table));

    [LittleEndianFact]
    public void Read_Ipv6Table_TakesMappedAddressesAsIpv4() =>
        Assert.Equal([new(IPAddress.IPv6Loopback, 8080, 4294967295), new(IPAddress.Loopback, 8081, 44)], Read(Ipv6Table));

    [Theory]
    [InlineData("0: 0200007F:0BB8 00000000:0000 0A 0:0 0:0 0 1000 0")]
    [InlineData("0: 0200007F:0BB8 00000000:0000 0A 0:0 0:0 0 1000 0 x")]
    [InlineData("0: 0200007F:0BB8 00000000:0000 0A 0:0 0:0 0 1000 0 99999999999")]
    [InlineData("0: 0200007F:0000 00000000:0000 0A 0:0 0:0 0 1000 0 41")]
    [InlineData("0: 0200007F:10BB8 00000000:0000 0A 0:0 0:0 0 1000 0 41")]
    [InlineData("0: 0200007:0BB8 00000000:0000 0A 0:0 0:0 0 1000 0 41")]
    [InlineData("0: 0200007G:0BB8 00000000:0000 0A 0:0 0:0 0 1000 0 41")]
    [InlineData("0: 0200007F 00000000:0000 0A 0:0 0:0 0 1000 0 41")]
    [InlineData("0: 0200007F:0BB8 00000000:0000 0a 0:0 0:0 0 1000 0 41")]
    [InlineData("")]
    public void Read_RowOfAnotherForm_IsPassedOver(string row) => Assert.Empty(Read(row));

    [Fact]
    public void Read_AnyText_NeverThrowsAndNeverInventsAPort()
    {
        var lines = Gen.Elements('0', '1', 'A', 'F', 'f', ':', ' ', '\n', 'x', '-', '\0', 'é').ArrayOf().Select(chars => new string(chars));
        Prop.ForAll(lines.ToArbitrary(), text => Read(text).TrueForAll(socket => socket.Port is > 0 and <= 65535)).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
    }

    [Fact]
    public void Read_DamagedTable_NeverThrowsAndNeverInventsAPort()
    {
        var damages = ArbMap.Default.GeneratorFor<(ushort At, byte Value)[]>().ToArbitrary();
        Prop.ForAll(damages, list =>
        {
            var damaged = Encoding.ASCII.GetBytes(Ipv6Table);
            foreach (var (at, value) in list)
            {
                damaged[at % damaged.Length] = value;
            }

            var sockets = new List<ListeningSocket>();
            ProcNetTcp.Read(damaged, sockets);
            return sockets.TrueForAll(socket => socket.Port is > 0 and <= 65535);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
    }

    private static List<ListeningSocket> Read(string text)
    {
        var sockets = new List<ListeningSocket>();
        ProcNetTcp.Read(Encoding.UTF8.GetBytes(text), sockets);
        return sockets;
    }

    /// <summary>The examples are as a little-endian machine prints them.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    private sealed class LittleEndianFactAttribute : FactAttribute
    {
        public LittleEndianFactAttribute() => Skip = BitConverter.IsLittleEndian ? null : "the examples are a little-endian machine's";
    }
}
