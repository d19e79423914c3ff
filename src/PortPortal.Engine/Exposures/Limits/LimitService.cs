using Microsoft.EntityFrameworkCore;
using PortPortal.Engine.Access;
using PortPortal.Engine.Audit;
using PortPortal.Engine.Common;
using PortPortal.Engine.Data;
using PortPortal.Engine.Profiles;
using PortPortal.Engine.Sessions;

namespace PortPortal.Engine.Exposures.Limits;

/// <summary>Changes the policy and the profiles; an open port that is wider than the new limits is narrowed in the same transaction.</summary>
/// <remarks>A port keeps what it was narrowed to: wider limits later change nothing by themselves.</remarks>
internal sealed class LimitService(
    Database database,
    ProfileBook book,
    SessionFeed sessions,
    ExposureFeed exposures,
    ExposureReconciler reconciler,
    ExposurePins pins,
    PublicAddress address,
    TimeProvider time)
{
    private static readonly Refusal AdminsOnly = new(403, RefusalCodes.NotAllowed, "Only admins change limits; ask one.");

    /// <summary>What a policy would narrow, for people to see before they save it.</summary>
    public IReadOnlyList<Downgrade> Foresee(PortalPolicy policy) => Downgrade.Foresee(exposures, sessions, name => book.Of(name, policy));

    /// <param name="faults">What reading the request has found already; the rules add theirs.</param>
    public Task<Outcome<PortalPolicy>> SetPolicyAsync(PolicyRequest request, Actor actor, Faults faults, CancellationToken cancellationToken) => database.InTurnAsync<Outcome<PortalPolicy>>(
        async db =>
        {
            if (!actor.IsAdmin)
            {
                return AdminsOnly;
            }

            var before = book.Policy;
            var policy = ProfileRules.Read(request, before, faults);
            if (faults.Count > 0)
            {
                return faults;
            }

            if (policy != before)
            {
                db.Update(policy);
                var words = policy.WidestAccess == before.WidestAccess ? "" : $" The widest access is {AccessWord.Of(policy.WidestAccess)} now, {AccessWord.Of(before.WidestAccess)} before.";
                db.Add(AuditEntry.By(actor, time, "policy.changed", $"The policy was changed.{words}"));
                await SaveAsync(db, policy, book.All, actor, cancellationToken);
            }

            return policy;
        },
        cancellationToken);

    public Task<Outcome<Profile>> AddProfileAsync(string? name, ProfileRequest request, Actor actor, Faults faults, CancellationToken cancellationToken) => database.InTurnAsync<Outcome<Profile>>(
        async db =>
        {
            if (!actor.IsAdmin)
            {
                return AdminsOnly;
            }

            if (!DnsLabel.IsWellFormed(name))
            {
                faults.Add(Refusal.Invalid("name", $"name {DnsLabel.Rule}.", RefusalCodes.InvalidName));
            }

            var profile = ProfileRules.Read(request, new Profile { Name = name ?? "" }, faults);
            if (faults.Count > 0)
            {
                return faults;
            }

            if (book.Find(name) is not null)
            {
                return new Refusal(409, RefusalCodes.NameInUse, $"There is a profile “{name}” already; pick another name.", "name");
            }

            db.Add(profile);
            db.Add(AuditEntry.By(actor, time, "profile.created", $"The profile {name} was made."));
            await SaveAsync(db, book.Policy, book.All.Append(profile), actor, cancellationToken);
            return profile;
        },
        cancellationToken);

    public Task<Outcome<Profile>> ChangeProfileAsync(string name, ProfileRequest request, Actor actor, Faults faults, CancellationToken cancellationToken) => database.InTurnAsync<Outcome<Profile>>(
        async db =>
        {
            if (!actor.IsAdmin)
            {
                return AdminsOnly;
            }

            if (book.Find(name) is not { } before)
            {
                return Refusal.NotFound("profile");
            }

            var profile = ProfileRules.Read(request, before, faults);
            if (faults.Count > 0)
            {
                return faults;
            }

            if (profile != before)
            {
                db.Update(profile);
                db.Add(AuditEntry.By(actor, time, "profile.changed", $"The profile {name} was changed."));
                await SaveAsync(db, book.Policy, book.All.Select(other => other.Name == name ? profile : other), actor, cancellationToken);
            }

            return profile;
        },
        cancellationToken);

    /// <summary>Gives one session more ports and forwards, through a profile of its own that says the rest as its profile did; other sessions keep what they have.</summary>
    /// <param name="request">Its <c>maxExposedPorts</c> and <c>maxForwardedPorts</c> count; null leaves one as it is.</param>
    /// <param name="faults">What reading the request has found already; the rules add theirs.</param>
    public Task<Outcome<Profile>> RaiseAsync(string sessionId, ProfileRequest request, Actor actor, Faults faults, CancellationToken cancellationToken) => database.InTurnAsync<Outcome<Profile>>(
        async db =>
        {
            // 1 who asks, and for what
            if (!actor.IsAdmin)
            {
                return AdminsOnly;
            }

            if (sessions.Find(sessionId) is not { EndedAt: null } session)
            {
                return Refusal.NotFound("session");
            }

            var before = book.Find(session.Profile) ?? book.Find(Profile.DefaultName)!;
            var raised = ProfileRules.Raise(request, before, faults);
            if (faults.Count > 0)
            {
                return faults;
            }

            if (raised == before)
            {
                return before;
            }

            // 2 its own profile: the one it has already, or one by its name
            var own = OwnProfileOf(session);
            var isNew = own != session.Profile;
            raised = isNew ? raised with { Name = own, Note = $"For {session.Name} alone, from {before.Name}" } : raised;
            if (isNew)
            {
                db.Add(raised);
                var row = await db.Set<Session>().SingleAsync(one => one.Id == sessionId, cancellationToken);
                row.Profile = own;
            }
            else
            {
                db.Update(raised);
            }

            db.Add(AuditEntry.By(actor, time, "session.raised", $"{session.Name} may have {raised.MaxExposedPorts} HTTP ports and {raised.MaxForwardedPorts} TCP forwards, {before.MaxExposedPorts} and {before.MaxForwardedPorts} before.")
                with { SessionId = sessionId, SessionName = session.Name });
            await db.SaveChangesAsync(cancellationToken);

            // 3 in force: the profile, who has it, and the ports that waited for a place
            book.Replace(book.Policy, book.All.Where(other => other.Name != own).Append(raised));
            sessions.Update(sessionId, status => status with { Profile = own });
            reconciler.Wake(sessionId);
            return raised;
        },
        cancellationToken);

    /// <summary>Deletes a profile that no session has; one that is gone already is no error.</summary>
    public Task<Outcome<bool>> DeleteProfileAsync(string name, Actor actor, CancellationToken cancellationToken) => database.InTurnAsync<Outcome<bool>>(
        async db =>
        {
            if (!actor.IsAdmin)
            {
                return AdminsOnly;
            }

            if (book.Find(name) is not { } profile)
            {
                return false;
            }

            if (profile.IsDefault)
            {
                return new Refusal(403, RefusalCodes.NotAllowed, $"{name} is the default profile and stays; change its limits instead.");
            }

            var users = sessions.Items.Values.Where(session => session.EndedAt is null && session.Profile == name).Select(session => session.Name).Order(StringComparer.Ordinal).ToList();
            if (users.Count > 0)
            {
                return new Refusal(409, RefusalCodes.InUse, $"The profile {name} is in use by {Names(users)}.");
            }

            db.Remove(profile);
            db.Add(AuditEntry.By(actor, time, "profile.deleted", $"The profile {name} was deleted."));
            await SaveAsync(db, book.Policy, book.All.Where(other => other.Name != name), actor, cancellationToken);
            return true;
        },
        cancellationToken);

    /// <summary>Saves limits together with what they narrow, then puts both in force.</summary>
    private async Task SaveAsync(PortPortalDbContext db, PortalPolicy policy, IEnumerable<Profile> profiles, Actor actor, CancellationToken cancellationToken)
    {
        // 1 what is too wide
        var written = profiles.ToList();
        var inForce = written.ToDictionary(profile => profile.Name, policy.Narrow, StringComparer.Ordinal);
        var due = Downgrade.Foresee(exposures, sessions, name => inForce.GetValueOrDefault(name) ?? inForce[Profile.DefaultName]).ToDictionary(downgrade => downgrade.Exposure.Id, StringComparer.Ordinal);
        var ids = due.Keys.ToList();
        var rows = await db.Set<Exposure>().Where(exposure => ids.Contains(exposure.Id) && exposure.ClosedAt == null).ToListAsync(cancellationToken);
        foreach (var row in rows)
        {
            var (exposure, to) = due[row.Id];
            var from = row.Access;
            row.Access = to;
            row.PinProtected ??= to == AccessMode.Pin ? pins.New() : null;
            row.GrantsSince = ++row.PolicyVersion;
            row.Notice = $"An admin allows {AccessWord.Of(to)} at most, so this port went from {AccessWord.Of(from)} to {AccessWord.Of(to)}.";
            db.Add(AuditEntry.By(actor, time, "port.narrowed", $"Port {row.Port} of {exposure.SessionName} went from {AccessWord.Of(from)} to {AccessWord.Of(to)}: the limits allow no more.")
                with { SessionId = row.SessionId, SessionName = exposure.SessionName, Port = row.Port });
        }

        // 2 all of it, or nothing
        await db.SaveChangesAsync(cancellationToken);

        // 3 in force: first the limits, so that nothing wider comes in behind, then the ports
        book.Replace(policy, written);
        exposures.Publish(from row in rows
                          let session = sessions.Find(row.SessionId)
                          where session is not null
                          select ExposureStatus.Of(row, session, address, exposures.Find(row.Id)));
    }

    /// <summary>The name of the profile that no other session has.</summary>
    private string OwnProfileOf(SessionStatus session)
    {
        var isOwn = (session.Profile == session.Name || session.Profile == session.Id) && session.Profile != Profile.DefaultName
            && sessions.Items.Values.Count(other => other.EndedAt is null && other.Profile == session.Profile) == 1;
        return isOwn ? session.Profile : book.Find(session.Name) is null ? session.Name : session.Id;
    }

    private static string Names(List<string> names) => names.Count <= 5 ? string.Join(", ", names) : $"{string.Join(", ", names.Take(5))} and {names.Count - 5} more";
}
