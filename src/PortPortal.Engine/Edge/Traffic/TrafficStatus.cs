using System.Runtime.InteropServices;
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

    /// <summary>What went through per <see cref="BucketLength"/>, oldest first; the last one is being filled.</summary>
    public required ValueList<TrafficBucket> Recent { get; init; }
}

/// <summary>Bytes from visitors, bytes to them, and their requests, in one length of time.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct TrafficBucket(long Up, long Down, long Requests)
{
    public long Bytes => Up + Down;

    public static TrafficBucket operator +(TrafficBucket one, TrafficBucket other) => new(one.Up + other.Up, one.Down + other.Down, one.Requests + other.Requests);

    public static TrafficBucket operator -(TrafficBucket one, TrafficBucket other) => new(one.Up - other.Up, one.Down - other.Down, one.Requests - other.Requests);
}

/// <summary>Traffic per exposure, at most once a second each.</summary>
public sealed class TrafficFeed(TimeProvider time) : LiveFeed<TrafficStatus>(traffic => traffic.ExposureId, time);
