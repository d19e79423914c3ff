using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using PortPortal.Engine.Data;

namespace PortPortal.Engine.AllowLists;

/// <summary>Fills the feed at start, before any port that names a list is in force.</summary>
internal sealed class AllowListLoader(Database database, AllowListFeed feed) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => database.InTurnAsync(
        async db =>
        {
            var lists = await db.Set<AllowList>().AsNoTracking().Include(list => list.Entries).ToListAsync(cancellationToken);
            feed.Publish(lists.Select(AllowListStatus.Of));
        },
        cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
