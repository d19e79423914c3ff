using System.Net;
using PortPortal.Engine.Sessions.Listeners;

namespace PortPortal.Tests.Sessions.Listeners;

public sealed class ListenerAddressTests
{
    [Theory]
    [InlineData("127.0.0.1", false, "127.0.0.1", "127.0.0.1", true, false)]
    [InlineData("0.0.0.0", false, "any IPv4 address", "127.0.0.1", true, false)]
    [InlineData("::", false, "any address", "127.0.0.1 ::1", true, true)]
    [InlineData("::", true, "any IPv6 address", "::1", false, true)]
    [InlineData(":: 0.0.0.0", true, "any address", "127.0.0.1 ::1", true, true)]
    [InlineData(":: 10.0.0.5", true, "any address", "::1 10.0.0.5", true, true)]
    [InlineData("10.0.0.5 127.0.0.2", false, "10.0.0.5, 127.0.0.2", "127.0.0.2 10.0.0.5", true, false)]
    [InlineData("::1 127.0.0.1 127.0.0.1", false, "127.0.0.1, ::1", "127.0.0.1 ::1", true, true)]
    [InlineData("fd00::7", false, "fd00::7", "fd00::7", false, true)]
    public void Of_BoundAddresses_TellsWhoReachesItAndWhatToDial(string bound, bool ipv6Only, string words, string dialled, bool ipv4, bool ipv6)
    {
        var address = ListenerAddress.Of(bound.Split(' ').Select(IPAddress.Parse), ipv6Only);

        Assert.Equal(words, address.ToString());
        Assert.Equal(dialled, string.Join(' ', address.DialOrder));
        Assert.Equal((ipv4, ipv6), (address.AcceptsIpv4, address.AcceptsIpv6));
    }

    [Fact]
    public void Equals_SameAddressesInAnotherOrder_IsTrue()
    {
        IPAddress[] addresses = [IPAddress.Loopback, IPAddress.IPv6Loopback];

        Assert.Equal(ListenerAddress.Of(addresses), ListenerAddress.Of(addresses.Reverse()));
        Assert.NotEqual(ListenerAddress.Of([IPAddress.IPv6Any]), ListenerAddress.Of([IPAddress.IPv6Any], ipv6Only: true));
    }
}
