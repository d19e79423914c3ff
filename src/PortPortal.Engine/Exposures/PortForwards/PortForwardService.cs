using Microsoft.EntityFrameworkCore;
using PortPortal.Engine.Audit;
using PortPortal.Engine.Common;
using PortPortal.Engine.Data;
using PortPortal.Engine.Forwarding;
using PortPortal.Engine.Profiles;
using PortPortal.Engine.Sessions;

namespace PortPortal.Engine.Exposures.PortForwards;

/// <summary>Opens and closes port forwards: the one way in for screens, API and command line.</summary>
/// <remarks>It writes what is wanted and publishes it; making it so is the reconciler's work, which is waited for a moment.</remarks>
internal sealed class PortForwardService(
    Database database,
    SessionService sessions,
    SessionFeed sessionFeed,
    SessionAddressPolicy addresses,
    ProfileBook profiles,
    PortForwardFeed feed,
    PortForwardReconciler reconciler,
    PortForwardHost host,
    TimeProvider time)
{
    /// <summary>A forward that another replica was quicker to give the same numbers is drawn anew.</summary>
    private const int Draws = 5;

    private const int NamedNetworks = 5;

    /// <summary>What the kernel usually needs a few milliseconds for; an answer does not wait longer for one that is slow.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Makes one TCP port of one session reachable at a public port of its node.</summary>
    /// <param name="faults">What reading the request has found already; the rules add theirs.</param>
    public async Task<Outcome<PortForwardStatus>> OpenAsync(string session, PortForwardRequest request, Actor actor, Faults faults, CancellationToken cancellationToken)
    {
        // 1 who asks, and for what
        var found = sessions.FindToChange(session, actor);
        if (!found.Succeeded)
        {
            return found.Refused<PortForwardStatus>();
        }

        PortForwardRules.Check(request, found.Value.AllowPorts, actor, time, faults);
        if (faults.Count > 0)
        {
            return faults;
        }

        // 2 the database judges races
        var opened = await SaveAsync(found.Value.Id, request, actor, cancellationToken);
        if (!opened.Succeeded)
        {
            return opened;
        }

        // 3 the answer says what has become of it
        return await feed.AwaitAsync(opened.Value.Id, forward => forward is not { State: ExposureState.Pending }, Patience, cancellationToken) ?? opened.Value;
    }

    /// <summary>Changes a forward's label, its end, or who may connect; where that changes, what flows through it ends, and knocks are forgotten.</summary>
    /// <param name="faults">What reading the change has found already; the rules add theirs.</param>
    public async Task<Outcome<PortForwardStatus>> ChangeAsync(string session, string id, PortForwardChange change, Actor actor, Faults faults, CancellationToken cancellationToken)
    {
        var found = sessions.FindToChange(session, actor);
        if (!found.Succeeded)
        {
            return found.Refused<PortForwardStatus>();
        }

        PortForwardRules.Check(change, time, faults);
        if (faults.Count > 0)
        {
            return faults;
        }

        var changed = await database.InTurnAsync<Outcome<PortForwardStatus>>(
            async db =>
            {
                var forward = await db.Set<PortForward>().SingleOrDefaultAsync(row => row.Id == id && row.SessionId == found.Value.Id && row.ClosedAt == null, cancellationToken);
                if (forward is null)
                {
                    return Refusal.NotFound("port forward");
                }

                change.ApplyTo(forward);
                db.Add(Entry(actor, "forward.changed", found.Value, forward, $"{host.Endpoint(forward)}, which leads to port {forward.GuestPort} of {found.Value.Name}, was changed; it is for {WhoMayConnect(forward)}."));
                await db.SaveChangesAsync(cancellationToken);
                var status = (feed.Find(id) ?? PortForwardStatus.Of(forward, found.Value, host.NameOf(forward.NodeId))).With(forward);
                feed.Publish(status);
                reconciler.Wake([id]);
                return status;
            },
            cancellationToken);
        return changed.Succeeded
            ? await feed.AwaitAsync(id, forward => forward is not { State: ExposureState.Pending }, Patience, cancellationToken) ?? changed.Value
            : changed;
    }

    /// <summary>Closes a forward, and ends what flows through it; one that is closed already is no error.</summary>
    /// <returns>False where it was closed already.</returns>
    public async Task<Outcome<bool>> CloseAsync(string session, string id, Actor actor, CancellationToken cancellationToken)
    {
        var found = sessions.FindToChange(session, actor);
        if (!found.Succeeded)
        {
            return found.Refused<bool>();
        }

        var closed = await database.InTurnAsync<Outcome<bool>>(
            async db =>
            {
                var forward = await db.Set<PortForward>().SingleOrDefaultAsync(row => row.Id == id && row.SessionId == found.Value.Id, cancellationToken);
                if (forward is null)
                {
                    return Refusal.NotFound("port forward");
                }

                if (forward.ClosedAt is not null)
                {
                    return false;
                }

                forward.ClosedAt = time.GetUtcNow();
                db.Add(Entry(actor, "forward.closed", found.Value, forward, $"{host.Endpoint(forward)}, which led to port {forward.GuestPort} of {found.Value.Name}, was closed."));
                await db.SaveChangesAsync(cancellationToken);
                feed.Update(id, status => status with { State = ExposureState.Closing });
                reconciler.Wake([id]);
                return true;
            },
            cancellationToken);
        if (closed is { Succeeded: true, Value: true })
        {
            await feed.AwaitAsync(id, forward => forward is null, Patience, cancellationToken);
        }

        return closed;
    }

    private async Task<Outcome<PortForwardStatus>> SaveAsync(string sessionId, PortForwardRequest request, Actor actor, CancellationToken cancellationToken)
    {
        for (var draw = 1; ; draw++)
        {
            try
            {
                return await database.InTurnAsync(db => SaveAsync(db, sessionId, request, actor, cancellationToken), cancellationToken);
            }
            catch (DbUpdateException exception) when (exception.IsUniqueViolation() && draw < Draws)
            {
            }
        }
    }

    private async Task<Outcome<PortForwardStatus>> SaveAsync(PortPortalDbContext db, string sessionId, PortForwardRequest request, Actor actor, CancellationToken cancellationToken)
    {
        if (sessionFeed.Find(sessionId) is not { State: SessionState.Running } session)
        {
            return new Refusal(409, RefusalCodes.SessionNotRunning, "The session is not running; resume it first.");
        }

        if (addresses.CheckDial(ExposureStatus.TargetIn(session, request.GuestPort), isAdmin: true) is { } forbidden)
        {
            return forbidden with { Field = request.GuestPortField };
        }

        var profile = profiles.Of(session.Profile);
        var used = await db.Set<PortForward>().CountAsync(row => row.SessionId == sessionId && row.ClosedAt == null, cancellationToken);
        if (used >= profile.MaxForwardedPorts)
        {
            return new Refusal(409, RefusalCodes.QuotaReached, $"The profile {profile.Name} allows {profile.MaxForwardedPorts} port forwards for each session, and {used} are in use: close one first.");
        }

        var now = time.GetUtcNow();
        if (await PortForwardNumbers.DrawPortAsync(db, session, now, cancellationToken) is not { } publicPort)
        {
            return new Refusal(409, RefusalCodes.PortsExhausted, $"Every public port from {PublicPorts.First} to {PublicPorts.Last} of this node is taken: close a forward first.");
        }

        var forward = new PortForward
        {
            Id = ShortId.New(),
            SessionId = sessionId,
            GuestPort = request.GuestPort,
            PublicPort = publicPort,
            NodeId = session.NodeId,
            Mark = await PortForwardNumbers.DrawMarkAsync(db, session.NodeId, cancellationToken),
            Label = request.Label,
            Sources = [.. request.Sources ?? []],
            Knock = request.Knock,
            CreatedBy = actor.Id,
            CreatedAt = now,
            ExpiresAt = request.ExpiresAt,
        };
        db.Add(forward);
        db.Add(Entry(actor, "forward.opened", session, forward, $"{host.Endpoint(forward)} leads to port {forward.GuestPort} of {session.Name}, for {WhoMayConnect(forward)}."));
        await db.SaveChangesAsync(cancellationToken);

        var status = PortForwardStatus.Of(forward, session, host.NameOf(forward.NodeId));
        feed.Publish(status);
        reconciler.Wake([status.Id]);
        return status;
    }

    private AuditEntry Entry(Actor actor, string action, SessionStatus session, PortForward forward, string reason) =>
        AuditEntry.By(actor, time, action, reason) with { SessionId = session.Id, SessionName = session.Name, Port = forward.GuestPort };

    private static string WhoMayConnect(PortForward forward) => forward switch
    {
        { Knock: true, Sources.Count: > 0 } => $"visitors of its web ports from {NetworksOf(forward)}",
        { Knock: true } => "visitors of its web ports",
        { Sources.Count: > 0 } => NetworksOf(forward),
        _ => "everyone",
    };

    private static string NetworksOf(PortForward forward) =>
        forward.Sources.Count <= NamedNetworks ? string.Join(", ", forward.Sources) : $"{string.Join(", ", forward.Sources.Take(NamedNetworks))} and {forward.Sources.Count - NamedNetworks} more networks";
}
