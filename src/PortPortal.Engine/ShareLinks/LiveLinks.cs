using PortPortal.Engine.Access;
using PortPortal.Engine.Common;
using PortPortal.Engine.Exposures;
using PortPortal.Engine.Profiles;
using PortPortal.Engine.Sessions;

namespace PortPortal.Engine.ShareLinks;

/// <summary>Whether a share link works at this moment, and until when: read from feeds, without a database.</summary>
internal sealed class LiveLinks(ShareLinkFeed links, ExposureFeed exposures, SessionFeed sessions, ProfileBook profiles, TimeProvider time)
{
    /// <summary>What the gate has to know of a link; null where it was revoked or its port was closed.</summary>
    public VisitorLink? Find(string linkId) => links.Find(linkId) is { } link && EndOf(link) is not (LinkEnd.Revoked or LinkEnd.Closed)
        ? new() { Id = link.Id, ExposureId = link.ExposureId, ExpiresAt = ExpiryOf(link), Admits = Admits(link) }
        : null;

    /// <summary>Why a link works no more; null where it does, if only for those who came before it was used up.</summary>
    public LinkEnd? EndOf(ShareLinkStatus link) => link switch
    {
        { RevokedAt: not null } => LinkEnd.Revoked,
        _ when exposures.Find(link.ExposureId) is null => LinkEnd.Closed,
        _ when ExpiryOf(link) <= time.GetUtcNow() => LinkEnd.Expired,
        _ => null,
    };

    public DateTimeOffset ExpiryOf(ShareLinkStatus link) => Earliest(link.ExpiresAt, exposures.Find(link.ExposureId));

    /// <summary>A link never outlives its exposure or session.</summary>
    public DateTimeOffset Earliest(DateTimeOffset end, ExposureStatus? exposure)
    {
        end = exposure?.ExpiresAt < end ? exposure.ExpiresAt.Value : end;
        return exposure is not null && sessions.Find(exposure.SessionId)?.ExpiresAt is { } last && last < end ? last : end;
    }

    /// <summary>The link that was born with an exposure, while it works.</summary>
    public ShareLinkStatus? BirthLinkOf(string exposureId) => links.Of(exposureId).FirstOrDefault(link => link.IsBirthLink && EndOf(link) is null);

    /// <summary>True where it lets people in by itself, and its profile still allows that.</summary>
    public bool Admits(ShareLinkStatus link) => link.Bearer && ShareLinkRules.MayAdmit(ProfileOf(link.SessionId));

    public Profile ProfileOf(string sessionId) => profiles.Of(sessions.Find(sessionId)?.Profile);
}

/// <summary>Why a link works no more.</summary>
internal enum LinkEnd
{
    Revoked,
    Expired,
    UsedUp,

    /// <summary>Its port was closed, or its session ended.</summary>
    Closed,
}
