using PortPortal.Engine.Common;

namespace PortPortal.Components.Live;

/// <summary>What goes through a port or a session: people there now, and the last 15 minutes in 60 buckets.</summary>
public sealed record TrafficView(int People, double BytesPerSecond, ValueList<double> Buckets)
{
    public static readonly TrafficView None = new(0, 0, [.. new double[60]]);

    /// <summary>Ports add up to a session.</summary>
    public static TrafficView Sum(IReadOnlyCollection<TrafficView> parts) => parts.Count == 0
        ? None
        : new(
            parts.Sum(part => part.People),
            parts.Sum(part => part.BytesPerSecond),
            [.. Enumerable.Range(0, parts.Max(part => part.Buckets.Count)).Select(i => parts.Sum(part => i < part.Buckets.Count ? part.Buckets[i] : 0))]);
}
