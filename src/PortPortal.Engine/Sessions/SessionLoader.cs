using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using PortPortal.Engine.Data;

namespace PortPortal.Engine.Sessions;

/// <summary>Fills the feed at start, and makes sure that this machine is among the sessions.</summary>
internal sealed class SessionLoader(Database database, SessionFeed feed, TimeProvider time) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => database.InTurnAsync(
        async db =>
        {
            var shownSince = time.GetUtcNow() - SessionFeed.EndedAreShown;
            var rows = await db.Set<Session>().Where(session => session.EndedAt == null || session.EndedAt > shownSince).ToListAsync(cancellationToken);
            if (!rows.Exists(session => session.Id == Session.ThisMachineId))
            {
                var thisMachine = ThisMachine();
                db.Add(thisMachine);
                await db.SaveChangesAsync(cancellationToken);
                rows.Add(thisMachine);
            }

            feed.Publish(rows.Select(session => SessionStatus.Of(session)));
        },
        cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Owned by nobody, so that admins alone own it.</summary>
    private Session ThisMachine() => new()
    {
        Id = Session.ThisMachineId,
        Name = Session.ThisMachineId,
        Kind = SessionKind.ThisMachine,
        State = SessionState.Running,
        StateSince = time.GetUtcNow(),
        NodeId = LocalNode.Id,
        OwnerId = "",
        Profile = "dev",
        CreatedAt = time.GetUtcNow(),
    };
}
