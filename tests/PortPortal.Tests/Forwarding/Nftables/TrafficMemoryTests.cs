using PortPortal.Engine.Forwarding;
using PortPortal.Engine.Forwarding.Nftables;

namespace PortPortal.Tests.Forwarding.Nftables;

public sealed class TrafficMemoryTests
{
    private readonly TrafficMemory _memory = new();

    [Fact]
    public void Observe_AfterTheTableWasMadeAnew_GoesOnFromWhereItWas()
    {
        _memory.Observe(new(1, 100, 200, 3));
        _memory.BeginAnew();

        Assert.Equal(new(1, 110, 240, 8), _memory.Observe(new(1, 10, 40, 5)));
        Assert.Equal(new(1, 120, 240, 8), _memory.Observe(new(1, 20, 40, 5)));
    }

    [Fact]
    public void Observe_OneCounterThatBeganAnewByItself_DoesNotFall()
    {
        _memory.Observe(new(1, 100, 200, 3));

        Assert.Equal(new(1, 107, 250, 3), _memory.Observe(new(1, 7, 250, 3)));
    }

    [Fact]
    public void Observe_AfterForget_BeginsAtZero()
    {
        _memory.Observe(new(1, 100, 200, 3));
        _memory.Forget(1);

        Assert.Equal(new ForwardTraffic(1, 5, 6, 1), _memory.Observe(new(1, 5, 6, 1)));
    }
}
