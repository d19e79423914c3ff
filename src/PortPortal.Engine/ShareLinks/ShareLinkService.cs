using Microsoft.EntityFrameworkCore;
using PortPortal.Engine.Audit;
using PortPortal.Engine.Common;
using PortPortal.Engine.Data;
using PortPortal.Engine.Exposures;
using PortPortal.Engine.Sessions;

namespace PortPortal.Engine.ShareLinks;

/// <summary>Makes, changes and revokes share links: the one way in for screens, API and command line.</summary>
/// <remarks>Whoever may change a port may do all of it, and see tokens; whoever may only look sees how each token begins.</remarks>
internal sealed class ShareLinkService(
    Database database,
    SessionService sessions,
    SessionFeed sessionFeed,
    ExposureFeed exposures,
    ShareLinkFeed feed,
    LiveLinks live,
    ShareLinkTokens tokens,
    TimeProvider time)
{
    /// <summary>Every link that <paramref name="actor"/> may see, those that end first before the others.</summary>
    public IEnumerable<ShareLinkStatus> List(Actor actor) => feed.Items.Values.Where(link => MaySee(link, actor)).OrderBy(live.ExpiryOf);

    /// <summary>The links of one exposed port.</summary>
    public Outcome<ValueList<ShareLinkStatus>> ListOf(string session, int port, Actor actor)
    {
        var found = sessions.Find(session, actor);
        if (!found.Succeeded)
        {
            return found.Refused<ValueList<ShareLinkStatus>>();
        }

        return exposures.Find(found.Value.Id, port) is { } exposure
            ? feed.Of(exposure.Id).OrderBy(live.ExpiryOf).ToValueList()
            : Refusal.NotFound("exposed port");
    }

    /// <summary>The token in full; null where <paramref name="actor"/> may not have it, or it can no longer be read.</summary>
    public string? TokenFor(ShareLinkStatus link, Actor actor) => CheckMayChange(link, actor) is null ? tokens.Reveal(link) : null;

    /// <summary>The URL that came with an exposure, while it works.</summary>
    /// <remarks>The caller has checked that whoever will see it may change the port.</remarks>
    public Uri? BirthLinkOf(ExposureStatus exposure) => live.BirthLinkOf(exposure.Id) is { } link && tokens.Reveal(link) is { } token ? tokens.UrlOf(token) : null;

    public Uri UrlOf(string token) => tokens.UrlOf(token);

    /// <summary>The link and its token, for whoever may change its port.</summary>
    public Outcome<ShareLinkResult> FindToShow(string id, Actor actor)
    {
        var found = FindToChange(id, actor);
        if (!found.Succeeded)
        {
            return found.Refused<ShareLinkResult>();
        }

        return tokens.Reveal(found.Value) is { } token ? new ShareLinkResult(found.Value, token) : Refusal.NotFound("share link");
    }

    /// <param name="faults">What reading the request has found already; the rules add theirs.</param>
    public async Task<Outcome<ShareLinkResult>> CreateAsync(string session, int port, ShareLinkRequest request, Actor actor, Faults faults, CancellationToken cancellationToken)
    {
        var found = sessions.FindToChange(session, actor);
        if (!found.Succeeded)
        {
            return found.Refused<ShareLinkResult>();
        }

        if (exposures.Find(found.Value.Id, port) is not { } exposure)
        {
            return Refusal.NotFound("exposed port");
        }

        var profile = live.ProfileOf(found.Value.Id);
        ShareLinkRules.Check(request, profile, faults);
        if (faults.Count > 0)
        {
            return faults;
        }

        var life = request.TtlSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : profile.DefaultLinkLife;
        return await database.InTurnAsync<Outcome<ShareLinkResult>>(
            async db =>
            {
                if (!await db.Set<Exposure>().AnyAsync(row => row.Id == exposure.Id && row.ClosedAt == null, cancellationToken))
                {
                    return Refusal.NotFound("exposed port");
                }

                var token = ShareLinkTokens.New();
                var link = new ShareLink
                {
                    Id = ShortId.New(),
                    ExposureId = exposure.Id,
                    TokenHash = ShareLinkTokens.Hash(token),
                    TokenProtected = tokens.Protect(token),
                    TokenStart = token[..ShareLinkTokens.StartLength],
                    Label = request.Label,
                    StartPath = request.Path ?? "/",
                    Bearer = request.Bearer,
                    IsBirthLink = false,
                    CreatedBy = actor.Id,
                    CreatedAt = time.GetUtcNow(),
                    ExpiresAt = time.GetUtcNow() + life,
                    MaxUses = request.MaxUses,
                };
                var status = ShareLinkStatus.Of(link, new LinkedPort(found.Value.Id, found.Value.Name, found.Value.OwnerId, port));
                db.Add(link);
                db.Add(Entry(actor, "link.created", status, $"{Name(status)} to port {port} of {found.Value.Name} was made{(link.Bearer ? "; it needs no other proof" : "")}."));
                await db.SaveChangesAsync(cancellationToken);
                feed.Publish(status);
                return new ShareLinkResult(status, token);
            },
            cancellationToken);
    }

    /// <summary>Extends or renames a link that works; one that has ended stays ended.</summary>
    public async Task<Outcome<ShareLinkStatus>> ChangeAsync(string id, ShareLinkChange change, Actor actor, Faults faults, CancellationToken cancellationToken)
    {
        var found = FindToChange(id, actor);
        if (!found.Succeeded)
        {
            return found;
        }

        ShareLinkRules.Check(change, live.ProfileOf(found.Value.SessionId), time, faults);
        if (faults.Count > 0)
        {
            return faults;
        }

        return await database.InTurnAsync<Outcome<ShareLinkStatus>>(
            async db =>
            {
                if (live.EndOf(feed.Find(id)!) is { } end)
                {
                    return Ended(end);
                }

                var link = await db.Set<ShareLink>().SingleAsync(row => row.Id == id, cancellationToken);
                link.Label = change.Label ?? link.Label;
                link.StartPath = change.Path ?? link.StartPath;
                link.MaxUses = change.MaxUses ?? link.MaxUses;
                link.ExpiresAt = change.ExpiresAt ?? (change.TtlSeconds is { } seconds ? time.GetUtcNow() + TimeSpan.FromSeconds(seconds) : link.ExpiresAt);
                var reason = link.ExpiresAt == found.Value.ExpiresAt ? "was changed" : $"now ends at {link.ExpiresAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC";
                db.Add(Entry(actor, "link.changed", found.Value, $"{Name(found.Value)} to port {found.Value.Port} of {found.Value.SessionName} {reason}."));
                await db.SaveChangesAsync(cancellationToken);
                var status = feed.Find(id)! with { Label = link.Label, StartPath = link.StartPath, MaxUses = link.MaxUses, ExpiresAt = link.ExpiresAt };
                feed.Publish(status);
                return status;
            },
            cancellationToken);
    }

    /// <summary>Ends a link, and every visit that came by it; revoking twice is no error.</summary>
    public async Task<Outcome<bool>> RevokeAsync(string id, Actor actor, CancellationToken cancellationToken)
    {
        var found = FindToChange(id, actor);
        if (!found.Succeeded)
        {
            return found.Refused<bool>();
        }

        return await database.InTurnAsync<Outcome<bool>>(
            async db =>
            {
                var link = await db.Set<ShareLink>().SingleAsync(row => row.Id == id, cancellationToken);
                if (link.RevokedAt is not null)
                {
                    return false;
                }

                (link.RevokedAt, link.RevokedBy) = (time.GetUtcNow(), actor.Name);
                db.Add(Entry(actor, "link.revoked", found.Value, $"{Name(found.Value)} to port {found.Value.Port} of {found.Value.SessionName} was revoked."));
                await db.SaveChangesAsync(cancellationToken);
                feed.Update(id, status => status with { RevokedAt = link.RevokedAt, RevokedBy = link.RevokedBy });
                return true;
            },
            cancellationToken);
    }

    public bool MayChange(ShareLinkStatus link, Actor actor) => CheckMayChange(link, actor) is null;

    private Outcome<ShareLinkStatus> FindToChange(string id, Actor actor)
    {
        if (feed.Find(id) is not { } link || !MaySee(link, actor))
        {
            return Refusal.NotFound("share link");
        }

        return CheckMayChange(link, actor) is { } refusal ? refusal : link;
    }

    private bool MaySee(ShareLinkStatus link, Actor actor) => sessionFeed.Find(link.SessionId) is { } session
        ? sessions.MaySee(session, actor)
        : actor.Owns(link.OwnerId) || actor.Role == Role.Viewer;

    private Refusal? CheckMayChange(ShareLinkStatus link, Actor actor)
    {
        if (sessionFeed.Find(link.SessionId) is { } session)
        {
            return sessions.CheckMayChange(session, actor);
        }

        return actor.Role != Role.Viewer && actor.Owns(link.OwnerId) ? null : Refusal.NotFound("share link");
    }

    private static Refusal Ended(LinkEnd end) => end switch
    {
        LinkEnd.Revoked => new(403, RefusalCodes.LinkRevoked, "The link has been revoked; make a new one."),
        LinkEnd.Closed => new(403, RefusalCodes.LinkExpired, "The link ended with its port; expose the port again and make a new one."),
        _ => new(403, RefusalCodes.LinkExpired, "The link has expired; make a new one."),
    };

    private static string Name(ShareLinkStatus link) => link.Label is { Length: > 0 } label ? $"The link “{label}”" : "A link";

    private AuditEntry Entry(Actor actor, string action, ShareLinkStatus link, string reason) =>
        AuditEntry.By(actor, time, action, reason) with { SessionId = link.SessionId, SessionName = link.SessionName, Port = link.Port };
}
