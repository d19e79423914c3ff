using PortPortal.Engine.Common;

namespace PortPortal.Engine.Edge.Traffic;

/// <summary>What has gone through one exposure since this process started.</summary>
public sealed record TrafficStatus
{
    /// <summary>How long one bucket is.</summary>
    public static readonly TimeSpan BucketLength = TimeSpan.FromSeconds(15);

    /// <summary>15 minutes.</summary>
    public const int Buckets = 60;

    public required string ExposureId { get; init; }

    public required long Requests { get; init; }

    public required long BytesUp { get; init; }

    public required long BytesDown { get; init; }

    public DateTimeOffset? LastRequestAt { get; init; }

    /// <summary>Bytes both ways per <see cref="BucketLength"/>, oldest first; the last one is being filled.</summary>
    public required ValueList<long> Recent { get; init; }
}

/// <summary>Traffic per exposure, at most once a second each.</summary>
public sealed class TrafficFeed(TimeProvider time) : LiveFeed<TrafficStatus>(traffic => traffic.ExposureId, time);
