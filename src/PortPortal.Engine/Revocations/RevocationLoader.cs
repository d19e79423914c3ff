using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using PortPortal.Engine.Data;
using PortPortal.Engine.Exposures;

namespace PortPortal.Engine.Revocations;

/// <summary>Reads what was taken back before the edge opens, so that a restart gives nobody a right back.</summary>
internal sealed class RevocationLoader(Database database, RevokedGrants revoked, KeptOutFeed keptOut, TimeProvider time) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => database.InTurnAsync(
        async db =>
        {
            var now = time.GetUtcNow();
            foreach (var grant in await db.Set<RevokedGrant>().AsNoTracking().Where(grant => grant.EndsAt > now).ToListAsync(cancellationToken))
            {
                revoked.Add(grant.Id, grant.EndsAt);
            }

            keptOut.Publish(await db.Set<KeptOut>().AsNoTracking()
                .Where(row => (row.Until == null || row.Until > now) && db.Set<Exposure>().Any(exposure => exposure.Id == row.ExposureId && exposure.ClosedAt == null))
                .ToListAsync(cancellationToken));
        },
        cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
