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
            ? new(people, RateOf(status), status.Recent.Select(bucket => (double)bucket.Bytes).ToValueList())
            : TrafficView.None with { People = people };
    }

    /// <summary>All of them together, each way for itself.</summary>
    public TrafficFlow Flow(IEnumerable<ExposureStatus> exposures)
    {
        var sum = new TrafficBucket[TrafficStatus.Buckets];
        foreach (var status in exposures.Select(exposure => traffic.GetValueOrDefault(exposure.Id)).OfType<TrafficStatus>())
        {
            for (var i = 0; i < sum.Length; i++)
            {
                sum[i] += status.Recent[i];
            }
        }

        var (lately, seconds) = (sum[^1] + sum[^2], Seconds());
        return new(
            [.. sum.Select(bucket => bucket.Down / TrafficStatus.BucketLength.TotalSeconds)],
            [.. sum.Select(bucket => bucket.Up / TrafficStatus.BucketLength.TotalSeconds)],
            lately.Down / seconds,
            lately.Up / seconds,
            lately.Requests / seconds);
    }

    private double RateOf(TrafficStatus status) => (status.Recent[^1].Bytes + status.Recent[^2].Bytes) / Seconds();

    /// <summary>Of the bucket that is being filled and the one before it: steady enough to read, and down to nothing within half a minute.</summary>
    private double Seconds() => (TrafficStatus.BucketLength + TimeSpan.FromTicks(now.UtcTicks % TrafficStatus.BucketLength.Ticks)).TotalSeconds;
}
