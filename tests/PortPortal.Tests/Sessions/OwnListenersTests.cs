using System.Net;
using PortPortal.Engine.Sessions;

namespace PortPortal.Tests.Sessions;

public sealed class OwnListenersTests
{
    private readonly OwnListeners _own = new(() => [IPAddress.Parse("192.168.0.2"), IPAddress.Parse("fd00::2")]);

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1", true)]
    [InlineData("127.0.0.1", "127.0.0.2", false)]
    [InlineData("127.0.0.1", "192.168.0.2", false)]
    [InlineData("0.0.0.0", "192.168.0.2", true)]
    [InlineData("0.0.0.0", "127.0.0.2", true)]
    [InlineData("0.0.0.0", "192.168.0.3", false)]
    [InlineData("0.0.0.0", "fd00::2", false)]
    [InlineData("::", "fd00::2", true)]
    [InlineData("::", "192.168.0.2", true)]
    [InlineData("::", "::1", true)]
    [InlineData("::", "fd00::3", false)]
    public void Answer_ListenerOnThatPort_CoversTheAddressesItIsBoundTo(string bound, string target, bool expected)
    {
        _own.Add(new(IPAddress.Parse(bound), 8443));

        Assert.Equal(expected, _own.Answer(new(IPAddress.Parse(target), 8443)));
        Assert.False(_own.Answer(new(IPAddress.Parse(target), 8444)));
    }

    [Fact]
    public void Remove_ClosedListener_AnswersNoMore()
    {
        var listener = new IPEndPoint(IPAddress.Loopback, 8443);
        _own.Add(listener);
        _own.Remove(listener);

        Assert.False(_own.Answer(listener));
        Assert.False(_own.Has(listener.Port));
    }

    [Fact]
    public void Answer_RealMachine_KnowsItsOwnAddresses()
    {
        var own = new OwnListeners();
        own.Add(new(IPAddress.Any, 8443));
        var address = Dns.GetHostAddresses("127.0.0.1")[0];

        Assert.True(own.Answer(new(address, 8443)));
        Assert.False(own.Answer(new(IPAddress.Parse("192.0.2.1"), 8443)));
    }
}
