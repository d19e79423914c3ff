using Microsoft.EntityFrameworkCore;
using PortPortal.Engine.Audit;
using PortPortal.Engine.Common;
using PortPortal.Engine.Data;
using PortPortal.Engine.Sessions;

namespace PortPortal.Engine.Exposures;

/// <summary>Ends sessions for good, their ports with them, whatever the cause: asked to, out of time, or gone by themselves.</summary>
internal sealed class SessionEnding(Database database, SessionService sessions, SessionFeed sessionFeed, ExposureFeed exposureFeed, ExposureReconciler reconciler, TimeProvider time)
{
    /// <summary>Ending twice is no error.</summary>
    public async Task<Outcome<bool>> EndAsync(string idOrName, Actor actor, CancellationToken cancellationToken)
    {
        var found = sessions.FindToChange(idOrName, actor);
        if (!found.Succeeded)
        {
            return found.Refused<bool>();
        }

        if (SessionRules.CheckHasLifeOfItsOwn(found.Value, "ended") is { } refusal)
        {
            return refusal;
        }

        await EndAsync(found.Value.Id, actor, $"{found.Value.Name} was ended", cancellationToken);
        return true;
    }

    /// <param name="what">What happened, to be followed by what became of its ports.</param>
    public Task EndAsync(string id, Actor actor, string what, CancellationToken cancellationToken) => database.InTurnAsync(
        async db =>
        {
            var session = await db.Set<Session>().SingleAsync(row => row.Id == id, cancellationToken);
            if (session.EndedAt is not null)
            {
                return;
            }

            var now = time.GetUtcNow();
            (session.State, session.StateSince, session.EndedAt) = (SessionState.Terminated, now, now);
            var open = await db.Set<Exposure>().Where(exposure => exposure.SessionId == id && exposure.ClosedAt == null).ToListAsync(cancellationToken);
            foreach (var exposure in open)
            {
                (exposure.ClosedAt, exposure.ClosedBy) = (now, actor.Id);
            }

            db.Add(AuditEntry.By(actor, time, "session.ended", $"{what}; {open.Count} ports were closed.") with { SessionId = session.Id, SessionName = session.Name });
            await db.SaveChangesAsync(cancellationToken);
            exposureFeed.Remove(open.Select(exposure => exposure.Id));
            sessionFeed.Publish(SessionStatus.Of(session));
            reconciler.Wake(id);
        },
        cancellationToken);
}
