using Microsoft.EntityFrameworkCore;
using PortPortal.Engine.Access;
using PortPortal.Engine.Audit;
using PortPortal.Engine.Common;
using PortPortal.Engine.Data;
using PortPortal.Engine.Exposures;

namespace PortPortal.Engine.Revocations;

/// <summary>Takes back what visitors were given, and keeps people out of a port: written first, in force before it answers, and still after a restart.</summary>
internal sealed class RevocationService(Database database, ExposureRights rights, RevokedGrants revoked, KeptOutFeed keptOut, TimeProvider time)
{
    /// <summary>Ends grants for good, and keeps their holders out where asked; whoever calls this has checked the actor's rights and cuts what is open afterwards.</summary>
    public Task TakeBackAsync(ExposureStatus exposure, IEnumerable<Grant> grants, IReadOnlyCollection<KeptOut> people, AuditEntry entry, CancellationToken cancellationToken) => database.InTurnAsync(
        async db =>
        {
            var now = time.GetUtcNow();
            var taken = grants.Where(grant => grant.ExpiresAt > now && !revoked.Contains(grant.Id)).DistinctBy(grant => grant.Id, StringComparer.Ordinal).ToList();
            await db.Set<RevokedGrant>().Where(row => row.EndsAt <= now).ExecuteDeleteAsync(cancellationToken);
            await db.Set<KeptOut>().Where(row => row.Until <= now).ExecuteDeleteAsync(cancellationToken);
            db.AddRange(taken.Select(grant => new RevokedGrant { Id = grant.Id, ExposureId = exposure.Id, EndsAt = grant.ExpiresAt }));
            db.AddRange(people);
            db.Add(At(entry, exposure));
            await db.SaveChangesAsync(cancellationToken);
            taken.ForEach(grant => revoked.Add(grant.Id, grant.ExpiresAt));
            keptOut.Publish(people);
        },
        cancellationToken);

    /// <summary>Those who are kept out of a port, for whoever may see it.</summary>
    public Outcome<IReadOnlyList<KeptOut>> List(string session, int port, Actor actor)
    {
        var found = rights.Find(session, port, actor);
        return found.Succeeded ? keptOut.Of(found.Value.Id).ToList() : found.Refused<IReadOnlyList<KeptOut>>();
    }

    /// <summary>Keeps someone out who need not be there now; whoever it covers is cut off.</summary>
    public async Task<Outcome<KeptOut>> KeepOutAsync(string session, int port, KeepOutRequest request, Actor actor, Faults faults, CancellationToken cancellationToken)
    {
        var found = rights.FindToChange(session, port, actor);
        if (!found.Succeeded)
        {
            return found.Refused<KeptOut>();
        }

        request.Check(found.Value.OwnerId, time, faults);
        if (faults.Count > 0)
        {
            return faults;
        }

        var person = new KeptOut
        {
            Id = ShortId.New(),
            ExposureId = found.Value.Id,
            Name = request.Email ?? request.Address ?? request.UserId!,
            Email = EmailAddress.TryParse(request.Email, out var email) ? email.ToString() : null,
            UserId = request.UserId,
            Address = request.Address,
            At = time.GetUtcNow(),
            Until = request.Until,
        };
        var entry = AuditEntry.By(actor, time, "visitor.kept_out", $"{person.Name} is kept out of port {port} of {found.Value.SessionName} {Until(person.Until)}.");
        await TakeBackAsync(found.Value, [], [person], entry, cancellationToken);
        return person;
    }

    /// <summary>Lifts it; one that is not there (any more) is no error.</summary>
    public async Task<Outcome<bool>> LetBackAsync(string session, int port, string id, Actor actor, CancellationToken cancellationToken)
    {
        var found = rights.FindToChange(session, port, actor);
        if (!found.Succeeded)
        {
            return found.Refused<bool>();
        }

        return await database.InTurnAsync<Outcome<bool>>(
            async db =>
            {
                var person = await db.Set<KeptOut>().AsNoTracking().SingleOrDefaultAsync(row => row.Id == id && row.ExposureId == found.Value.Id, cancellationToken);
                if (person is null)
                {
                    return false;
                }

                db.Remove(person);
                db.Add(At(AuditEntry.By(actor, time, "visitor.let_back", $"{person.Name} may come to port {port} of {found.Value.SessionName} again."), found.Value));
                await db.SaveChangesAsync(cancellationToken);
                keptOut.Remove(id);
                return true;
            },
            cancellationToken);
    }

    /// <summary>For the end of a sentence.</summary>
    public static string Until(DateTimeOffset? until) => until is { } end ? $"until {end.UtcDateTime:yyyy-MM-dd HH:mm} UTC" : "until that is lifted";

    private static AuditEntry At(AuditEntry entry, ExposureStatus exposure) =>
        entry with { SessionId = exposure.SessionId, SessionName = exposure.SessionName, Port = exposure.Port };
}
