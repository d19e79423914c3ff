using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using PortPortal.Engine.Audit;
using PortPortal.Engine.Common;
using PortPortal.Engine.Data;

namespace PortPortal.Engine.Sessions;

/// <summary>The life of a session: seen, paused, resumed, ended.</summary>
internal sealed class SessionService(Database database, SessionFeed feed, IOptions<SessionOptions> options, TimeProvider time)
{
    /// <summary>The session with that id or name, where <paramref name="actor"/> may see it.</summary>
    public Outcome<SessionStatus> Find(string idOrName, Actor actor) =>
        feed.FindByIdOrName(idOrName) is { } session && MaySee(session, actor) ? session : Refusal.NotFound("session");

    /// <summary>Whether there is no session that <paramref name="actor"/> may not see.</summary>
    public static bool SeesAll(Actor actor) => actor.Role is Role.Admin or Role.Viewer;

    public bool MaySee(SessionStatus session, Actor actor) =>
        SeesAll(actor) || actor.Owns(session.OwnerId) || (session.IsThisMachine && options.Value.MembersUseThisMachine);

    /// <summary>The session, where <paramref name="actor"/> may change it and its ports.</summary>
    public Outcome<SessionStatus> FindToChange(string idOrName, Actor actor)
    {
        var found = Find(idOrName, actor);
        return found.Succeeded && CheckMayChange(found.Value, actor) is { } refusal ? refusal : found;
    }

    /// <summary>Null where <paramref name="actor"/> may change the session and its ports.</summary>
    public Refusal? CheckMayChange(SessionStatus session, Actor actor) => (actor.Role, session) switch
    {
        (Role.Viewer, _) => new Refusal(403, RefusalCodes.NotAllowed, "Viewers look; ask an admin to make you a member."),
        _ when actor.Owns(session.OwnerId) => null,
        (Role.Member, { IsThisMachine: true }) when options.Value.MembersUseThisMachine => null,
        _ => Refusal.NotFound("session"),
    };

    public Task<Outcome<SessionStatus>> PauseAsync(string idOrName, Actor actor, CancellationToken cancellationToken) =>
        MoveAsync(idOrName, actor, SessionState.Running, SessionState.Paused, "paused", cancellationToken);

    public Task<Outcome<SessionStatus>> ResumeAsync(string idOrName, Actor actor, CancellationToken cancellationToken) =>
        MoveAsync(idOrName, actor, SessionState.Paused, SessionState.Running, "resumed", cancellationToken);

    /// <summary>Sets another end, or none.</summary>
    public async Task<Outcome<SessionStatus>> ChangeAsync(string idOrName, SessionChange change, Actor actor, Faults faults, CancellationToken cancellationToken)
    {
        var found = FindToChange(idOrName, actor);
        if (!found.Succeeded)
        {
            return found;
        }

        SessionRules.CheckEnd(change.ExpiresAt, time, faults);
        if (faults.Count > 0)
        {
            return faults;
        }

        if (SessionRules.CheckHasLifeOfItsOwn(found.Value, "given an end") is { } refusal)
        {
            return refusal;
        }

        return await database.InTurnAsync<Outcome<SessionStatus>>(
            async db =>
            {
                var session = await db.Set<Session>().SingleAsync(row => row.Id == found.Value.Id, cancellationToken);
                if (session.EndedAt is not null)
                {
                    return new Refusal(409, RefusalCodes.SessionNotRunning, "The session has ended, and cannot be brought back.");
                }

                session.ExpiresAt = change.NoEnd ? null : change.ExpiresAt ?? session.ExpiresAt;
                var reason = session.ExpiresAt is { } end ? $"{session.Name} ends at {end.UtcDateTime:yyyy-MM-dd HH:mm} UTC." : $"{session.Name} has no end.";
                return await SaveAsync(db, session, actor, "session.changed", reason, cancellationToken);
            },
            cancellationToken);
    }

    /// <summary>A session in the state asked for already is left as it is: repeating a call is safe.</summary>
    private async Task<Outcome<SessionStatus>> MoveAsync(string idOrName, Actor actor, SessionState from, SessionState to, string act, CancellationToken cancellationToken)
    {
        var found = FindToChange(idOrName, actor);
        if (!found.Succeeded)
        {
            return found;
        }

        if (SessionRules.CheckHasLifeOfItsOwn(found.Value, act) is { } refusal)
        {
            return refusal;
        }

        return await database.InTurnAsync<Outcome<SessionStatus>>(
            async db =>
            {
                var session = await db.Set<Session>().SingleAsync(row => row.Id == found.Value.Id, cancellationToken);
                if (session.State == to)
                {
                    return SessionStatus.Of(session, feed.Find(session.Id));
                }

                if (session.State != from)
                {
                    return new Refusal(409, RefusalCodes.SessionNotRunning, $"The session is {Word(session.State)}; only a session that is {Word(from)} can do that.");
                }

                session.State = to;
                session.StateSince = time.GetUtcNow();
                return await SaveAsync(db, session, actor, $"session.{act}", $"{session.Name} is {Word(to)}.", cancellationToken);
            },
            cancellationToken);
    }

    private async Task<SessionStatus> SaveAsync(PortPortalDbContext db, Session session, Actor actor, string action, string reason, CancellationToken cancellationToken)
    {
        db.Add(AuditEntry.By(actor, time, action, reason) with { SessionId = session.Id, SessionName = session.Name });
        await db.SaveChangesAsync(cancellationToken);
        var status = SessionStatus.Of(session, feed.Find(session.Id));
        feed.Publish(status);
        return status;
    }

    private static string Word(SessionState state) => state switch
    {
        SessionState.Starting => "starting",
        SessionState.Running => "running",
        SessionState.Paused => "paused",
        _ => "ended",
    };
}
