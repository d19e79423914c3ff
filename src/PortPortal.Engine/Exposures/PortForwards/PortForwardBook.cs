using Microsoft.EntityFrameworkCore;
using PortPortal.Engine.Audit;
using PortPortal.Engine.Common;
using PortPortal.Engine.Data;
using PortPortal.Engine.Sessions;

namespace PortPortal.Engine.Exposures.PortForwards;

/// <summary>Brings the feed in line with the database, where forwards end with their time and with their session.</summary>
internal sealed class PortForwardBook(Database database, SessionFeed sessions, PortForwardFeed feed, PortForwardHost host, TimeProvider time)
{
    /// <returns>When the next forward reaches its end.</returns>
    public Task<DateTimeOffset> ReadAsync(CancellationToken cancellationToken) => database.InTurnAsync(
        async db =>
        {
            // 1 what has reached its end, or has lost its session, is closed
            await CloseEndedAsync(db, cancellationToken);

            // 2 what is left is wanted; of what is in the feed already, the feed knows what has become of it
            var open = await db.Set<PortForward>().AsNoTracking().Where(forward => forward.ClosedAt == null).ToListAsync(cancellationToken);
            feed.Publish([.. from forward in open
                             where feed.Find(forward.Id) is null
                             let session = sessions.Find(forward.SessionId)
                             where session is { EndedAt: null }
                             select PortForwardStatus.Of(forward, session, host.NameOf(forward.NodeId))]);

            // 3 what is gone is closing until the kernel has let go of it
            var ids = open.Select(forward => forward.Id).ToHashSet(StringComparer.Ordinal);
            feed.UpdateWhere(forward => !ids.Contains(forward.Id), forward => forward with { State = ExposureState.Closing });
            return open.Min(forward => forward.ExpiresAt) ?? DateTimeOffset.MaxValue;
        },
        cancellationToken);

    /// <summary>When the first of some forwards reaches its end.</summary>
    public DateTimeOffset FirstEndOf(IEnumerable<string> ids) =>
        ids.Select(feed.Find).Min(forward => forward?.ExpiresAt) ?? DateTimeOffset.MaxValue;

    private async Task CloseEndedAsync(PortPortalDbContext db, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var ended = await (
            from forward in db.Set<PortForward>()
            join session in db.Set<Session>() on forward.SessionId equals session.Id
            where forward.ClosedAt == null && (forward.ExpiresAt <= now || session.EndedAt != null)
            select new { Forward = forward, session.Name, HasEnded = session.EndedAt != null }).ToListAsync(cancellationToken);
        foreach (var row in ended)
        {
            row.Forward.ClosedAt = now;
            var why = row.HasEnded ? $"its session {row.Name} has ended" : "it reached its end";
            db.Add(AuditEntry.By(Actor.System, time, "forward.closed", $"{host.Endpoint(row.Forward)} was closed, because {why}.") with
            {
                SessionId = row.Forward.SessionId,
                SessionName = row.Name,
                Port = row.Forward.GuestPort,
            });
        }

        await db.SaveChangesAsync(cancellationToken);
    }
}
