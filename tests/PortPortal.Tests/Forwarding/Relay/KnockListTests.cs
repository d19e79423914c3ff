using System.Net;
using PortPortal.Engine.Forwarding.Relay;

namespace PortPortal.Tests.Forwarding.Relay;

public sealed class KnockListTests
{
    private static readonly IPAddress Visitor = IPAddress.Parse("192.0.2.2");

    private readonly ManualTime _time = new();

    [Fact]
    public void IsAdmitted_UntilItsTimeIsUp()
    {
        var knocks = new KnockList(_time);
        knocks.Admit(1, Visitor, TimeSpan.FromHours(1));

        _time.Advance(TimeSpan.FromMinutes(59));
        Assert.True(knocks.IsAdmitted(1, Visitor));
        Assert.Equal((1u, Visitor, TimeSpan.FromMinutes(1)), Assert.Single(knocks.InForce()));

        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.False(knocks.IsAdmitted(1, Visitor));
        Assert.Empty(knocks.InForce());
    }

    [Fact]
    public void IsAdmitted_IsOnlyForOneForwardAndOneAddress()
    {
        var knocks = new KnockList(_time);
        knocks.Admit(1, Visitor, TimeSpan.FromHours(1));

        Assert.False(knocks.IsAdmitted(2, Visitor));
        Assert.False(knocks.IsAdmitted(1, IPAddress.Parse("192.0.2.3")));
    }

    [Fact]
    public void Forget_EndsAllOfOneForward()
    {
        var knocks = new KnockList(_time);
        knocks.Admit(1, Visitor, TimeSpan.FromHours(1));
        knocks.Admit(2, Visitor, TimeSpan.FromHours(1));

        knocks.Forget(1);

        Assert.False(knocks.IsAdmitted(1, Visitor));
        Assert.True(knocks.IsAdmitted(2, Visitor));
    }
}
