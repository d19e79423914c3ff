using PortPortal.Engine.Access;
using PortPortal.Engine.Audit;
using PortPortal.Engine.Common;
using PortPortal.Engine.Exposures;
using PortPortal.Engine.Revocations;

namespace PortPortal.Engine.Edge.Traffic;

/// <summary>Shows who is at a port and sends people away: the one way in for screens, API and command line.</summary>
internal sealed class VisitorService(EdgeConnections connections, VisitorFeed feed, ExposureRights rights, RevocationService revocations, TimeProvider time)
{
    private static readonly Refusal Crowd = new(400, RefusalCodes.InvalidRequest, "keepOut is for one visitor: this line stands for many strangers.", "keepOut");

    /// <summary>Who is there now, the longest first, for whoever may see the port.</summary>
    public Outcome<IReadOnlyList<VisitorStatus>> List(string session, int port, Actor actor)
    {
        var found = rights.Find(session, port, actor);
        return found.Succeeded
            ? feed.Of(found.Value.Id).OrderBy(visitor => visitor.Since).ThenBy(visitor => visitor.Id, StringComparer.Ordinal).ToList()
            : found.Refused<IReadOnlyList<VisitorStatus>>();
    }

    /// <summary>Ends everything one visitor has open, and their grant with it; without a proof of theirs they may come again, unless they are kept out.</summary>
    /// <param name="faults">What reading the request has found already.</param>
    public async Task<Outcome<bool>> DisconnectAsync(string session, int port, string visitorId, KeepOut? keepOut, Actor actor, Faults faults, CancellationToken cancellationToken)
    {
        // 1. Who asks, and whom to send away.
        var found = rights.FindToChange(session, port, actor);
        if (!found.Succeeded)
        {
            return found.Refused<bool>();
        }

        KeepOutRequest.CheckUntil(keepOut?.Until, time, faults);
        if (faults.Count > 0)
        {
            return faults;
        }

        var exposure = found.Value;
        if (connections.Find(exposure.Id, visitorId) is not { } visitor)
        {
            return Refusal.NotFound("visitor");
        }

        if (keepOut is not null && Forbids(visitor, exposure) is { } refusal)
        {
            return refusal;
        }

        // 2. What they came in with goes first, then what they have open.
        KeptOut[] people = keepOut is null ? [] : [PersonOf(visitor, exposure.Id, keepOut.Until)];
        var name = visitor.Who ?? $"A {visitor.CameBy} visitor at {visitor.From}";
        var reason = $"{name} was disconnected from port {port} of {exposure.SessionName}{(keepOut is null ? "" : $" and is kept out {RevocationService.Until(keepOut.Until)}")}.";
        await revocations.TakeBackAsync(exposure, visitor.Grant is { } grant && MayBeTakenBack(grant) ? [grant] : [], people, AuditEntry.By(actor, time, "visitor.disconnected", reason), cancellationToken);
        connections.Cut(exposure.Id, visitor);
        return true;
    }

    /// <summary>The same for everyone at a port; the answer is how many people that were.</summary>
    public async Task<Outcome<int>> DisconnectAllAsync(string session, int port, Actor actor, CancellationToken cancellationToken)
    {
        var found = rights.FindToChange(session, port, actor);
        if (!found.Succeeded)
        {
            return found.Refused<int>();
        }

        var (exposure, everyone) = (found.Value, connections.Everyone(found.Value.Id));
        var reason = $"Everyone was disconnected from port {port} of {exposure.SessionName}: {(everyone.Count == 1 ? "1 person" : $"{everyone.Count} people")}.";
        await revocations.TakeBackAsync(exposure, everyone.Select(visitor => visitor.Grant).OfType<Grant>().Where(MayBeTakenBack), [], AuditEntry.By(actor, time, "visitor.disconnected", reason), cancellationToken);
        connections.Cut(exposure.Id, one: null);
        return everyone.Count;
    }

    /// <summary>All who have a preview link share its grant: only the link can be taken back.</summary>
    private static bool MayBeTakenBack(Grant grant) => grant.Proof != Proof.Preview;

    private static Refusal? Forbids(LiveVisitor visitor, ExposureStatus exposure)
    {
        if (visitor.IsCrowd)
        {
            return Crowd;
        }

        return visitor.Account?.UserId == exposure.OwnerId ? Refusal.Invalid("keepOut", "keepOut is not for the owner of the port.") : null;
    }

    /// <summary>Somebody identified is kept out wherever they come from; somebody else by their address, for that is all there is.</summary>
    private KeptOut PersonOf(LiveVisitor visitor, string exposureId, DateTimeOffset? until) => new()
    {
        Id = ShortId.New(),
        ExposureId = exposureId,
        Name = visitor.Who ?? visitor.From,
        UserId = visitor.Account?.UserId,
        Email = visitor.Email,
        Address = visitor.Who is null ? visitor.From : null,
        At = time.GetUtcNow(),
        Until = until,
    };
}

/// <summary>Not to be let in again after a disconnect.</summary>
/// <param name="Until">Null: until it is lifted.</param>
internal sealed record KeepOut(DateTimeOffset? Until);
