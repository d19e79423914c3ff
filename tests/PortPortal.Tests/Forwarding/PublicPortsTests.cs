using System.Net;
using PortPortal.Engine.Forwarding;
using PortPortal.Tests.Forwarding.Contract;

namespace PortPortal.Tests.Forwarding;

public sealed class PublicPortsTests
{
    private static readonly HashSet<int> All = [.. Enumerable.Range(PublicPorts.First, PublicPorts.Last - PublicPorts.First + 1)];

    [Fact]
    public void F02_TryFindFree_DrawsFromTheRangeAtRandom()
    {
        var drawn = Enumerable.Range(0, 200).Select(_ => PublicPorts.TryFindFree(new HashSet<int>(), _ => true)!.Value).ToList();

        Assert.All(drawn, port => Assert.InRange(port, 20000, 32767));
        Assert.InRange(drawn.Distinct().Count(), 150, 200);
        Assert.True(drawn.Max() - drawn.Min() > 6000, "200 draws lie in a corner of the range.");
    }

    [Fact]
    public void F25_TryFindFree_SkipsWhatIsTakenOrListenedOn()
    {
        var taken = All.Where(port => port is not 20100 and not 20101).ToHashSet();

        Assert.Equal(20101, PublicPorts.TryFindFree(taken, port => port != 20100));
    }

    [Fact]
    public void F25_TryFindFree_WithoutAnyLeft_SaysSo()
    {
        Assert.Null(PublicPorts.TryFindFree(All, _ => true));
        Assert.Null(PublicPorts.TryFindFree(new HashSet<int>(), _ => false));
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("127.0.0.1")]
    [InlineData("::")]
    [InlineData("::1")]
    public void F25_CanListen_WhereAProcessListensOnOneAddress_IsFalse(string address)
    {
        var port = PublicPorts.TryFindFree(new HashSet<int>())!.Value;
        using var listener = NamedEcho.Listen(new(IPAddress.Parse(address), port));

        Assert.False(PublicPorts.CanListen(port));
    }
}
