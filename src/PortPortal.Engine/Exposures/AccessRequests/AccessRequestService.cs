using Microsoft.EntityFrameworkCore;
using PortPortal.Engine.Access;
using PortPortal.Engine.AllowLists;
using PortPortal.Engine.Audit;
using PortPortal.Engine.Common;
using PortPortal.Engine.Data;
using PortPortal.Engine.Sessions;

namespace PortPortal.Engine.Exposures.AccessRequests;

/// <summary>Takes requests of refused visitors, and the owner's answers: a yes is a rule in the port's own list, with an end or without.</summary>
internal sealed class AccessRequestService(
    Database database,
    ExposureFeed exposures,
    AccessRequestFeed feed,
    AllowListFeed lists,
    ExposureService service,
    SessionService sessions,
    SessionFeed sessionFeed,
    TimeProvider time)
{
    /// <summary>How many may wait for one owner at one port; strangers must not fill a screen.</summary>
    public const int MostOpen = 50;

    /// <summary>Who was refused may ask again after this.</summary>
    public static readonly TimeSpan RefusalStands = TimeSpan.FromHours(24);

    private static readonly TimeSpan LongestGrant = TimeSpan.FromDays(365);

    /// <summary>What the owner has not answered, and was answered lately, at ports that <paramref name="actor"/> may change; newest first.</summary>
    public IReadOnlyList<AccessRequestStatus> List(Actor actor) =>
        [.. feed.Items.Values.Where(request => MayAnswer(request, actor)).OrderByDescending(request => request.AskedAt)];

    public bool MayAnswer(AccessRequestStatus request, Actor actor) =>
        exposures.Find(request.ExposureId) is not null && sessionFeed.Find(request.SessionId) is { } session && sessions.CheckMayChange(session, actor) is null;

    /// <summary>Notes that someone asks; asking twice is the same as asking once.</summary>
    /// <param name="email">Proved by whoever asks.</param>
    public Task<Outcome<AccessRequestStatus>> AskAsync(string exposureId, EmailAddress email, string? name, string from, CancellationToken cancellationToken) => database.InTurnAsync<Outcome<AccessRequestStatus>>(
        async db =>
        {
            if (exposures.Find(exposureId) is not { } exposure)
            {
                return Refusal.NotFound("exposed port");
            }

            var now = time.GetUtcNow();
            var address = email.ToString();
            var row = await db.Set<AccessRequest>().SingleOrDefaultAsync(request => request.ExposureId == exposureId && request.Email == address, cancellationToken);
            if (row is { State: AccessRequestState.Open } || (row is { State: AccessRequestState.Refused } && row.DecidedAt > now - RefusalStands))
            {
                return AccessRequestStatus.Of(row, exposure);
            }

            if (feed.Items.Values.Count(request => request.ExposureId == exposureId && request.State == AccessRequestState.Open) >= MostOpen)
            {
                return new Refusal(429, RefusalCodes.RateLimited, "Too many people wait for an answer here; try again later.") { RetryAfter = TimeSpan.FromHours(1) };
            }

            if (row is null)
            {
                row = new() { Id = ShortId.New(), ExposureId = exposureId, Email = address, From = from, AskedAt = now, State = AccessRequestState.Open };
                db.Add(row);
            }

            (row.Name, row.From, row.AskedAt, row.State) = (name, from, now, AccessRequestState.Open);
            (row.DecidedBy, row.DecidedAt, row.Until) = (null, null, null);
            db.Add(new AuditEntry
            {
                At = now,
                ActorId = "visitor",
                ActorName = address,
                From = from,
                Action = "access.asked",
                SessionId = exposure.SessionId,
                SessionName = exposure.SessionName,
                Port = exposure.Port,
                Result = AuditResult.Done,
                Reason = $"{address} asks to come in to port {exposure.Port} of {exposure.SessionName}.",
            });
            return await PublishAsync(db, row, exposure, cancellationToken);
        },
        cancellationToken);

    /// <summary>Lets them in: for a time, or for good where <paramref name="life"/> is null.</summary>
    /// <param name="faults">What reading the request has found already; the rules add theirs.</param>
    public async Task<Outcome<AccessRequestStatus>> ApproveAsync(string id, TimeSpan? life, Actor actor, Faults faults, CancellationToken cancellationToken)
    {
        if (life <= TimeSpan.Zero || life > LongestGrant)
        {
            faults.Add(Refusal.Invalid("seconds", $"seconds is a whole number from 1 to {LongestGrant.TotalSeconds:0}; left out, the address is let in for good."));
        }

        if (faults.Count > 0)
        {
            return faults;
        }

        if (feed.Find(id) is not { } request || !MayAnswer(request, actor) || exposures.Find(request.ExposureId) is not { } exposure)
        {
            return Refusal.NotFound("request");
        }

        // 1 the rule, where the mode asks for one; a request that was answered already is answered anew
        var until = time.GetUtcNow() + life;
        if (ChangeFor(exposure, request.Email, until) is { } change)
        {
            if (!Admits(exposure.Access, change, request.Email))
            {
                return new Refusal(409, RefusalCodes.NotOnList, $"A rule with ! keeps {request.Email} out; take it away first.");
            }

            var changed = await service.ChangeAsync(request.SessionId, request.Port, change, actor, [], cancellationToken);
            if (!changed.Succeeded)
            {
                return changed.Refused<AccessRequestStatus>();
            }
        }

        // 2 the answer
        return await DecideAsync(id, AccessRequestState.Approved, until, actor, life is null ? "for good" : $"until {until!.Value.UtcDateTime:yyyy-MM-dd HH:mm} UTC", cancellationToken);
    }

    public async Task<Outcome<AccessRequestStatus>> RefuseAsync(string id, Actor actor, CancellationToken cancellationToken) =>
        feed.Find(id) is { } request && MayAnswer(request, actor)
            ? await DecideAsync(id, AccessRequestState.Refused, null, actor, null, cancellationToken)
            : Refusal.NotFound("request");

    private static ExposureChange? ChangeFor(ExposureStatus exposure, string email, DateTimeOffset? until)
    {
        var rule = EmailRule.TryParse(email, out var read) ? (read with { Until = until }).ToString() : email;
        return exposure.Access.Mode switch
        {
            AccessMode.Email => new() { AllowedEmails = [.. Without(exposure.Access.AllowedEmails, email), rule] },
            AccessMode.Sso when exposure.Access.AllowedPeople.Count > 0 => new() { AllowedPeople = [.. Without(exposure.Access.AllowedPeople, email), rule] },
            _ => null,
        };
    }

    /// <summary>An earlier grant for the same address is replaced.</summary>
    private static IEnumerable<string> Without(IEnumerable<string> rules, string email) =>
        rules.Where(text => !(EmailRule.TryParse(text, out var rule) && rule.Pattern == email));

    private bool Admits(AccessPolicy policy, ExposureChange change, string email)
    {
        var changed = (policy with { AllowedEmails = [.. change.AllowedEmails ?? policy.AllowedEmails], AllowedPeople = [.. change.AllowedPeople ?? policy.AllowedPeople] }).With(lists.RulesOf);
        return (change.AllowedEmails is null ? changed.People.Emails : changed.Emails).Admits(email, time.GetUtcNow());
    }

    private Task<Outcome<AccessRequestStatus>> DecideAsync(string id, AccessRequestState state, DateTimeOffset? until, Actor actor, string? howLong, CancellationToken cancellationToken) => database.InTurnAsync<Outcome<AccessRequestStatus>>(
        async db =>
        {
            var row = await db.Set<AccessRequest>().SingleOrDefaultAsync(request => request.Id == id, cancellationToken);
            if (row is null || exposures.Find(row.ExposureId) is not { } exposure)
            {
                return Refusal.NotFound("request");
            }

            (row.State, row.DecidedBy, row.DecidedAt, row.Until) = (state, actor.Name, time.GetUtcNow(), until);
            var (action, words) = state == AccessRequestState.Approved ? ("access.approved", $"{row.Email} may come in to port {exposure.Port} of {exposure.SessionName} {howLong}.") : ("access.refused", $"{row.Email} may not come in to port {exposure.Port} of {exposure.SessionName}.");
            db.Add(AuditEntry.By(actor, time, action, words) with { SessionId = exposure.SessionId, SessionName = exposure.SessionName, Port = exposure.Port });
            return await PublishAsync(db, row, exposure, cancellationToken);
        },
        cancellationToken);

    private async Task<Outcome<AccessRequestStatus>> PublishAsync(PortPortalDbContext db, AccessRequest row, ExposureStatus exposure, CancellationToken cancellationToken)
    {
        await db.SaveChangesAsync(cancellationToken);
        var status = AccessRequestStatus.Of(row, exposure);
        feed.Publish(status);
        return status;
    }
}
