using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using PortPortal.Engine.Common;
using PortPortal.Engine.Data;
using PortPortal.Engine.Exposures;
using PortPortal.Engine.Sessions;

namespace PortPortal.Engine.ShareLinks;

/// <summary>Reads the links at start, ends them with their ports, and forgets those that ended long ago.</summary>
internal sealed class ShareLinkWatch(Database database, ShareLinkFeed feed, ExposureFeed exposures, TimeProvider time, ILogger<ShareLinkWatch> logger) : PeriodicService(Interval, time, logger)
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <summary>All links are known before the edge opens.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        exposures.Publishing += CloseWithPorts;
        await RoundAsync(cancellationToken);
        await LoadAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    public override Task StopAsync(CancellationToken cancellationToken)
    {
        exposures.Publishing -= CloseWithPorts;
        return base.StopAsync(cancellationToken);
    }

    private Task LoadAsync(CancellationToken cancellationToken) => database.InTurnAsync(
        async db =>
        {
            var rows = await (from link in db.Set<ShareLink>().AsNoTracking()
                              join exposure in db.Set<Exposure>() on link.ExposureId equals exposure.Id
                              join session in db.Set<Session>() on exposure.SessionId equals session.Id
                              select new { link, exposure.SessionId, session.Name, session.OwnerId, exposure.Port, exposure.ClosedAt }).ToListAsync(cancellationToken);
            feed.Publish(rows.Select(row => ShareLinkStatus.Of(row.link, new LinkedPort(row.SessionId, row.Name, row.OwnerId, row.Port, row.ClosedAt))));
        },
        cancellationToken);

    private void CloseWithPorts(FeedBatch<ExposureStatus> batch)
    {
        if (!batch.Removals.IsEmpty)
        {
            var now = Time.GetUtcNow();
            feed.UpdateWhere(link => link.ClosedAt is null && batch.Removals.Contains(link.ExposureId), link => link with { ClosedAt = now });
        }
    }

    protected override Task RoundAsync(CancellationToken cancellationToken) => database.InTurnAsync(
        async db =>
        {
            var limit = Time.GetUtcNow() - Kept;
            var old = await (from link in db.Set<ShareLink>()
                             join exposure in db.Set<Exposure>() on link.ExposureId equals exposure.Id
                             where link.ExpiresAt < limit || link.RevokedAt < limit || exposure.ClosedAt < limit
                             select link).ToListAsync(cancellationToken);
            db.RemoveRange(old);
            await db.SaveChangesAsync(cancellationToken);
            feed.Remove(old.Select(link => link.Id));
        },
        cancellationToken);
}
