using System.Net;
using PortPortal.Engine.Sessions.Containers;
using PortPortal.Engine.Sessions.Listeners;

namespace PortPortal.Tests.Sessions.Containers;

public sealed class ContainerListenersTests
{
    private static readonly ContainerSighting Container = new()
    {
        Id = "a",
        Name = "shop",
        Image = "tiny",
        State = ContainerState.Running,
        Address = IPAddress.Parse("10.88.0.3"),
        Labels = ContainerLabels.None,
        CreatedAt = DateTimeOffset.UnixEpoch,
    };

    [Theory]
    [InlineData("0.0.0.0", false, "10.88.0.3:3000")]
    [InlineData("::", false, "10.88.0.3:3000")]
    [InlineData("10.88.0.3", false, "10.88.0.3:3000")]
    [InlineData("::", true, null)]
    [InlineData("127.0.0.1", false, null)]
    [InlineData("10.99.0.3", false, null)]
    public void DialFor_ContainerWithAnAddress_IsThatAddressWhereTheListenerTakesIt(string bound, bool ipv6Only, string? expected) =>
        Assert.Equal(expected, Dial(Container, bound, ipv6Only));

    [Fact]
    public void DialFor_Ipv6Container_NeedsAListenerThatTakesIpv6()
    {
        var container = Container with { Address = IPAddress.Parse("fd00::3") };

        Assert.Equal("[fd00::3]:3000", Dial(container, "::"));
        Assert.Null(Dial(container, "0.0.0.0"));
    }

    [Fact]
    public void DialFor_NoAddressButPublished_IsTheHostsPort()
    {
        var container = Container with { Address = null, Published = [new(9000, new(IPAddress.Loopback, 19000)), new(3000, new(IPAddress.Loopback, 18080))] };

        Assert.Equal("127.0.0.1:18080", Dial(container, "0.0.0.0"));
    }

    private static string? Dial(ContainerSighting container, string bound, bool ipv6Only = false)
    {
        var listener = new DetectedListener { Port = 3000, Address = ListenerAddress.Of([IPAddress.Parse(bound)], ipv6Only), Inode = 1 };
        return new ContainerListeners(container, [listener]).DialFor(listener)?.ToString();
    }
}
