using Microsoft.Extensions.Logging;
using PortPortal.Engine.Common;
using PortPortal.Engine.Edge.Routes;
using PortPortal.Engine.Revocations;

namespace PortPortal.Engine.Edge.Traffic;

/// <summary>Once a second: puts who is there and what went through into the feeds, and ends what time has ended.</summary>
internal sealed class EdgePulse(EdgeConnections connections, EdgeRouteTable routes, RouteLimits limits, Revocation revocation, VisitAudit audit, KeptOutFeed keptOut, VisitorFeed visitors, TrafficFeed traffic, TimeProvider time, ILogger<EdgePulse> logger) : PeriodicService(Interval, time, logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    internal void Beat()
    {
        revocation.RejudgeAll();
        audit.Settle();
        keptOut.DropEnded();
        var now = Time.GetUtcNow();
        List<VisitorStatus> here = [];
        List<string> left = [];
        List<TrafficStatus> flowed = [];
        foreach (var book in connections.Books)
        {
            if (routes.Find(book.ExposureId) is not { Exposure: var exposure } route)
            {
                Close(book, now, left);
                continue;
            }

            limits.Refresh(route);
            book.Census(exposure, now, here, left);
            if (book.Sample(now) is { } status && !IsOld(status, now))
            {
                flowed.Add(status);
            }
        }

        visitors.Publish(here);
        visitors.Remove(left);
        traffic.Publish(flowed);
    }

    protected override Task RoundAsync(CancellationToken cancellationToken)
    {
        Beat();
        return Task.CompletedTask;
    }

    /// <summary>After this nothing is left in the buckets that could still move.</summary>
    private static bool IsOld(TrafficStatus status, DateTimeOffset now) =>
        now - status.LastRequestAt > TrafficStatus.BucketLength * (TrafficStatus.Buckets + 1) && status.Recent.All(bucket => bucket == default);

    private void Close(ExposureBook book, DateTimeOffset now, List<string> left)
    {
        book.Census(exposure: null, now, [], left);
        if (book.Everyone().Count == 0)
        {
            connections.Forget(book.ExposureId);
            traffic.Remove(book.ExposureId);
        }
    }
}
