using Microsoft.EntityFrameworkCore;
using PortPortal.Engine.Access;
using PortPortal.Engine.AllowLists;
using PortPortal.Engine.Audit;
using PortPortal.Engine.Common;
using PortPortal.Engine.Data;
using PortPortal.Engine.Profiles;
using PortPortal.Engine.Sessions;

namespace PortPortal.Engine.Exposures;

/// <summary>Opens, changes and closes ports: the one way in for screens, API and command line.</summary>
/// <remarks>It writes what is wanted and publishes it; making it so is the reconciler's work.</remarks>
internal sealed class ExposureService(
    Database database,
    SessionService sessions,
    SessionFeed sessionFeed,
    ExposureFeed feed,
    ExposureReconciler reconciler,
    ExposurePins pins,
    PortQuarantine quarantine,
    ProfileBook profiles,
    AllowListFeed lists,
    PublicAddress address,
    TimeProvider time)
{
    /// <summary>Makes one port of one session reachable; a port that is exposed already is answered as it stands.</summary>
    /// <param name="faults">What reading the request has found already; the rules add theirs.</param>
    public async Task<Outcome<ExposeResult>> ExposeAsync(string session, ExposeRequest request, Actor actor, Faults faults, CancellationToken cancellationToken)
    {
        // 1 who asks, and for what
        var found = sessions.FindToChange(session, actor);
        if (!found.Succeeded)
        {
            return found.Refused<ExposeResult>();
        }

        ExposeRules.Check(request, BoundsOf(found.Value), actor, time, faults);
        if (faults.Count > 0)
        {
            return faults;
        }

        // 2 the database judges races; asking twice is the same as asking once
        for (var first = true; ; first = false)
        {
            try
            {
                return await database.InTurnAsync(db => ExposeAsync(db, found.Value.Id, request, actor, cancellationToken), cancellationToken);
            }
            catch (DbUpdateException exception) when (exception.IsUniqueViolation() && first)
            {
                // Another replica may have opened this very port meanwhile: then it is answered as it stands.
            }
            catch (DbUpdateException exception) when (exception.IsUniqueViolation())
            {
                return new Refusal(409, RefusalCodes.NameInUse, $"name “{request.Name}” is taken by another port of this session.", "name");
            }
        }
    }

    /// <summary>Changes who may come in, the label or the end; connections that the new policy does not admit are cut.</summary>
    public async Task<Outcome<ExposureStatus>> ChangeAsync(string session, int port, ExposureChange change, Actor actor, Faults faults, CancellationToken cancellationToken)
    {
        var found = sessions.FindToChange(session, actor);
        if (!found.Succeeded)
        {
            return found.Refused<ExposureStatus>();
        }

        ExposeRules.Check(change, BoundsOf(found.Value), time, faults);
        if (faults.Count > 0)
        {
            return faults;
        }

        return await database.InTurnAsync<Outcome<ExposureStatus>>(
            async db =>
            {
                var exposure = await Open(db, found.Value.Id, port).SingleOrDefaultAsync(cancellationToken);
                if (exposure is null)
                {
                    return Refusal.NotFound("exposed port");
                }

                var before = exposure.Access;
                exposure.Label = change.Label ?? exposure.Label;
                exposure.ExpiresAt = change.NoEnd ? null : change.ExpiresAt ?? exposure.ExpiresAt;
                exposure.CloseAfterIdle = change.NeverIdle ? null : change.CloseAfterIdle ?? exposure.CloseAfterIdle;
                if (change.Access is not null || change.AllowedEmails is not null || change.AllowedPeople is not null)
                {
                    exposure.Access = AccessWord.Read(change.Access) ?? exposure.Access;
                    // In turn with whoever changes the limits.
                    if (ExposeRules.CheckWidth(exposure.Access, profiles.Of(found.Value.Profile), "access") is { } tooWide)
                    {
                        return tooWide;
                    }

                    exposure.Notice = null;
                    exposure.AllowedEmails = change.AllowedEmails is null ? exposure.AllowedEmails : [.. change.AllowedEmails];
                    exposure.AllowedPeople = change.AllowedPeople is null ? exposure.AllowedPeople : [.. change.AllowedPeople];
                    exposure.PinProtected ??= exposure.Access == AccessMode.Pin ? pins.New() : null;
                    exposure.PolicyVersion++;
                    // Who still stands on a list that was narrowed stays; another mode asks everyone anew.
                    exposure.GrantsSince = exposure.Access == before ? exposure.GrantsSince : exposure.PolicyVersion;
                }

                var reason = before == exposure.Access
                    ? $"Port {port} of {found.Value.Name} was changed."
                    : $"Port {port} of {found.Value.Name} went from {Word(before)} to {Word(exposure.Access)}.";
                db.Add(Entry(actor, "port.changed", found.Value, port, reason));
                await db.SaveChangesAsync(cancellationToken);
                return Publish(exposure, found.Value.Id);
            },
            cancellationToken);
    }

    /// <summary>Gives a port with a PIN another one; whoever came in with the old one is out.</summary>
    public async Task<Outcome<ExposureStatus>> RotatePinAsync(string session, int port, Actor actor, CancellationToken cancellationToken)
    {
        var found = sessions.FindToChange(session, actor);
        if (!found.Succeeded)
        {
            return found.Refused<ExposureStatus>();
        }

        return await database.InTurnAsync<Outcome<ExposureStatus>>(
            async db =>
            {
                var exposure = await Open(db, found.Value.Id, port).SingleOrDefaultAsync(cancellationToken);
                if (exposure is null)
                {
                    return Refusal.NotFound("exposed port");
                }

                if (exposure.Access != AccessMode.Pin)
                {
                    return new Refusal(409, RefusalCodes.InvalidAccess, $"Port {port} has no PIN: set its access to pin first.");
                }

                exposure.PinProtected = pins.New();
                exposure.GrantsSince = ++exposure.PolicyVersion;
                db.Add(Entry(actor, "pin.rotated", found.Value, port, $"Port {port} of {found.Value.Name} got another PIN."));
                await db.SaveChangesAsync(cancellationToken);
                return Publish(exposure, found.Value.Id);
            },
            cancellationToken);
    }

    /// <summary>Closes a port; one that is not exposed is no error.</summary>
    public async Task<Outcome<bool>> CloseAsync(string session, int port, Actor actor, CancellationToken cancellationToken)
    {
        var found = sessions.FindToChange(session, actor);
        if (!found.Succeeded)
        {
            return found.Refused<bool>();
        }

        return await database.InTurnAsync<Outcome<bool>>(
            async db =>
            {
                var exposure = await Open(db, found.Value.Id, port).SingleOrDefaultAsync(cancellationToken);
                if (exposure is null)
                {
                    return false;
                }

                await CloseAsync(db, exposure, found.Value, actor, $"Port {port} of {found.Value.Name} was closed.", cancellationToken);
                return true;
            },
            cancellationToken);
    }

    /// <summary>Closes a port without anybody asking, if it is open still; the reason is a whole sentence.</summary>
    public Task CloseByItselfAsync(ExposureStatus status, Actor by, string reason, CancellationToken cancellationToken) => database.InTurnAsync(
        async db =>
        {
            var exposure = await db.Set<Exposure>().SingleOrDefaultAsync(row => row.Id == status.Id && row.ClosedAt == null, cancellationToken);
            if (exposure is not null && sessionFeed.Find(exposure.SessionId) is { } session)
            {
                await CloseAsync(db, exposure, session, by, reason, cancellationToken);
            }
        },
        cancellationToken);

    private async Task CloseAsync(PortPortalDbContext db, Exposure exposure, SessionStatus session, Actor actor, string reason, CancellationToken cancellationToken)
    {
        (exposure.ClosedAt, exposure.ClosedBy) = (time.GetUtcNow(), actor.Id);
        db.Add(Entry(actor, "port.closed", session, exposure.Port, reason));
        await db.SaveChangesAsync(cancellationToken);
        feed.Remove(exposure.Id);
        reconciler.Wake(session.Id);
    }

    private async Task<Outcome<ExposeResult>> ExposeAsync(PortPortalDbContext db, string sessionId, ExposeRequest request, Actor actor, CancellationToken cancellationToken)
    {
        var session = sessionFeed.Find(sessionId);
        if (session is not { State: SessionState.Running or SessionState.Starting })
        {
            return new Refusal(409, RefusalCodes.SessionNotRunning, "The session is not running; resume it first.");
        }

        if (await Open(db, sessionId, request.Port).AsNoTracking().SingleOrDefaultAsync(cancellationToken) is { } open)
        {
            return new ExposeResult(ExposureStatus.Of(open, session, address, feed.Find(open.Id)), Created: false);
        }

        if (await quarantine.CheckAsync(db, session, request.Port, actor, cancellationToken) is { } held)
        {
            return held;
        }

        var limits = profiles.Of(session.Profile);
        if (ExposeRules.CheckWidth(ExposeRules.ReadAccess(request.Access, limits), limits, "access") is { } tooWide)
        {
            return tooWide; // in turn with whoever changes the limits
        }

        var taken = await db.Set<Exposure>().CountAsync(other => other.SessionId == sessionId && other.ClosedAt == null, cancellationToken);
        if (taken >= limits.MaxExposedPorts)
        {
            return new Refusal(409, RefusalCodes.QuotaReached, $"The session may expose {limits.MaxExposedPorts} ports and {taken} are exposed: close one first.", "port");
        }

        var exposure = New(request, sessionId, limits, actor, ExposureSource.User);
        db.Add(exposure);
        db.Add(Entry(actor, "port.exposed", session, request.Port, $"Port {request.Port} of {session.Name} was exposed to {Word(exposure.Access)}."));
        await db.SaveChangesAsync(cancellationToken);
        return new ExposeResult(Publish(exposure, sessionId), Created: true);
    }

    internal Exposure New(ExposeRequest request, string sessionId, Profile limits, Actor actor, ExposureSource source) => new()
    {
        Id = ShortId.New(),
        SessionId = sessionId,
        Port = request.Port,
        Protocol = ExposeRules.ReadProtocol(request.Protocol),
        Label = request.Label,
        Name = request.Name,
        Access = ExposeRules.ReadAccess(request.Access, limits),
        AllowedEmails = [.. request.AllowedEmails ?? []],
        AllowedPeople = [.. request.AllowedPeople ?? []],
        PinProtected = ExposeRules.ReadAccess(request.Access, limits) == AccessMode.Pin ? pins.New() : null,
        Source = source,
        OpenedBy = actor.Id,
        CreatedAt = time.GetUtcNow(),
        ExpiresAt = request.ExpiresAt,
        CloseAfterIdle = request.CloseAfterIdle,
    };

    private ExposeBounds BoundsOf(SessionStatus session) => new(session.AllowPorts, profiles.Of(session.Profile), lists);

    private ExposureStatus Publish(Exposure exposure, string sessionId)
    {
        var status = ExposureStatus.Of(exposure, sessionFeed.Find(sessionId)!, address, feed.Find(exposure.Id));
        feed.Publish(status);
        reconciler.Wake(sessionId);
        return status;
    }

    private AuditEntry Entry(Actor actor, string action, SessionStatus session, int port, string reason) =>
        AuditEntry.By(actor, time, action, reason) with { SessionId = session.Id, SessionName = session.Name, Port = port };

    private static IQueryable<Exposure> Open(PortPortalDbContext db, string sessionId, int port) =>
        db.Set<Exposure>().Where(exposure => exposure.SessionId == sessionId && exposure.Port == port && exposure.ClosedAt == null);

    private static string Word(AccessMode mode) => mode switch
    {
        AccessMode.Sso => "SSO",
        AccessMode.Email => "E-mail",
        AccessMode.Pin => "PIN",
        _ => "everyone with the URL",
    };
}
