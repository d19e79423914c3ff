using System.Collections.Immutable;
using PortPortal.Engine.Common;
using PortPortal.Engine.Edge.Traffic;
using PortPortal.Engine.Exposures;

namespace PortPortal.Components.Live;

/// <summary>Who is at which port and what goes through, as the edge's feeds say at one moment.</summary>
internal sealed class TrafficReading(ImmutableDictionary<string, TrafficStatus> traffic, ImmutableDictionary<string, VisitorStatus> visitors, DateTimeOffset now)
{
    private readonly Dictionary<string, int> _people = visitors.Values.CountBy(visitor => visitor.ExposureId).ToDictionary(StringComparer.Ordinal);

    public TrafficView Of(ExposureStatus exposure)
    {
        var people = _people.GetValueOrDefault(exposure.Id);
        return traffic.GetValueOrDefault(exposure.Id) is { } status
            ? new(people, RateOf(status), status.Recent.Select(bytes => (double)bytes).ToValueList())
            : TrafficView.None with { People = people };
    }

    /// <summary>Over the bucket that is being filled and the one before it: steady enough to read, and down to nothing within half a minute.</summary>
    private double RateOf(TrafficStatus status)
    {
        var filled = TimeSpan.FromTicks(now.UtcTicks % TrafficStatus.BucketLength.Ticks);
        return (status.Recent[^1] + status.Recent[^2]) / (TrafficStatus.BucketLength + filled).TotalSeconds;
    }
}
