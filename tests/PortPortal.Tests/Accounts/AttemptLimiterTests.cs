using PortPortal.Engine.Accounts;
using PortPortal.TestSupport;

namespace PortPortal.Tests.Accounts;

public sealed class AttemptLimiterTests
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(15);
    private readonly ManualTime _time = new();

    [Fact]
    public void Count_OverTheLimit_SaysHowLongToWait()
    {
        var limiter = new AttemptLimiter(_time, 3, Window);
        for (var i = 0; i < 3; i++)
        {
            Assert.Null(limiter.Count("a"));
        }

        _time.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal(TimeSpan.FromMinutes(10), limiter.Count("a"));
        Assert.Null(limiter.Count("b"));
    }

    [Fact]
    public void Count_AfterTheWindow_StartsAnew()
    {
        var limiter = new AttemptLimiter(_time, 1, Window);
        limiter.Count("a");
        Assert.NotNull(limiter.Count("a"));

        _time.Advance(Window);

        Assert.Null(limiter.Count("a"));
    }

    [Fact]
    public void Count_FiveHundredInParallel_LetsExactlyTheLimitThrough()
    {
        var limiter = new AttemptLimiter(_time, 10, Window);
        var through = 0;

        Parallel.For(0, 500, _ =>
        {
            if (limiter.Count("a") is null)
            {
                Interlocked.Increment(ref through);
            }
        });

        Assert.Equal(10, through);
    }

    [Fact]
    public void Count_MoreKeysThanItKeeps_NewcomersShareOneCounter()
    {
        var limiter = new AttemptLimiter(_time, 2, Window);
        for (var i = 0; i < AttemptLimiter.MaxKeys; i++)
        {
            limiter.Count($"key {i}");
        }

        limiter.Count("new 1");
        limiter.Count("new 2");

        Assert.NotNull(limiter.Count("new 3"));
        Assert.Null(limiter.Count("key 1"));
    }

    [Theory]
    [InlineData("192.0.2.7", "192.0.2.7")]
    [InlineData("::ffff:192.0.2.7", "192.0.2.7")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::")]
    [InlineData("2001:db8:1:2:ffff::1", "2001:db8:1:2::")]
    [InlineData(null, "unknown")]
    public void Bucket_OfAnAddress_IsWhatASubscriberHas(string? from, string expected) => Assert.Equal(expected, ClientAddress.Bucket(from));
}
