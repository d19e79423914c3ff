using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using PortPortal.Engine.Common;
using PortPortal.Engine.Data;

namespace PortPortal.Engine.Exposures.AccessRequests;

/// <summary>Fills the feed at start, after the ports; a request goes when its port is closed.</summary>
internal sealed class AccessRequestLoader(Database database, ExposureFeed exposures, AccessRequestFeed feed) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        exposures.Publishing += Carry;
        await database.InTurnAsync(
            async db =>
            {
                var open = exposures.Items;
                var rows = await db.Set<AccessRequest>().AsNoTracking().ToListAsync(cancellationToken);
                feed.Publish(rows.Where(row => open.ContainsKey(row.ExposureId)).Select(row => AccessRequestStatus.Of(row, open[row.ExposureId])));
            },
            cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        exposures.Publishing -= Carry;
        return Task.CompletedTask;
    }

    private void Carry(FeedBatch<ExposureStatus> batch)
    {
        if (!batch.Removals.IsEmpty && !feed.Items.IsEmpty)
        {
            feed.Remove(feed.Items.Values.Where(request => batch.Removals.Contains(request.ExposureId)).Select(request => request.Id));
        }
    }
}
