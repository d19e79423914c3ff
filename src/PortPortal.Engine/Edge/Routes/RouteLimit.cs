using PortPortal.Engine.Common;
using PortPortal.Engine.Profiles;

namespace PortPortal.Engine.Edge.Routes;

/// <summary>How often one exposure may be asked, by whichever of its host names; its profile says so.</summary>
internal sealed class RouteLimit(TimeProvider time)
{
    private readonly TokenBucket _bucket = new();
    private volatile RateLimit? _rate;

    /// <summary>Takes over the profile's limit as it is now.</summary>
    public RouteLimit Follow(Profile profile)
    {
        if (profile.RequestsPerSecond <= 0)
        {
            _rate = null;
        }
        else if (_rate?.Is(profile.RequestsPerSecond, profile.RequestBurst) != true)
        {
            _rate = new RateLimit(profile.RequestsPerSecond, profile.RequestBurst, time);
        }

        return this;
    }

    /// <summary>Null where one more may pass; else how long to wait.</summary>
    public TimeSpan? Take()
    {
        var rate = _rate;
        return rate is null || _bucket.TryTake(rate, time.GetTimestamp(), out var wait) ? null : rate.ToTime(wait);
    }
}
