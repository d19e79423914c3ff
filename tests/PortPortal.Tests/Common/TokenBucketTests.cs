using PortPortal.Engine.Common;

namespace PortPortal.Tests.Common;

public sealed class TokenBucketTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void TryTake_FullBucket_GivesTheBurstAndThenWaits()
    {
        var (bucket, rate) = (new TokenBucket(), new RateLimit(perSecond: 2, burst: 5, _time));

        Assert.Equal(5, Enumerable.Range(0, 8).Count(_ => bucket.TryTake(rate, _time.GetTimestamp(), out var _)));
        Assert.False(bucket.TryTake(rate, _time.GetTimestamp(), out var wait));
        Assert.Equal(TimeSpan.FromMilliseconds(500), rate.ToTime(wait));
    }

    [Fact]
    public void TryTake_Concurrently_NeverGivesMoreThanTheBurst()
    {
        var (bucket, rate) = (new TokenBucket(), new RateLimit(perSecond: 1, burst: 100, _time));
        var taken = 0;

        Parallel.For(0, 1000, _ =>
        {
            if (bucket.TryTake(rate, 0, out var _))
            {
                Interlocked.Increment(ref taken);
            }
        });

        Assert.Equal(100, taken);
    }

    [Fact]
    public void TryTake_Allocates_Nothing()
    {
        var (bucket, rate) = (new TokenBucket(), new RateLimit(perSecond: 1, burst: 1_000_000, _time));
        bucket.TryTake(rate, 0, out var _);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 10_000; i++)
        {
            bucket.TryTake(rate, 0, out var _);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
