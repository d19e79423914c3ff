using Microsoft.EntityFrameworkCore;
using PortPortal.Engine.Audit;
using PortPortal.Engine.Common;
using PortPortal.Engine.Data;
using PortPortal.Engine.Exposures;
using PortPortal.Engine.Sessions;

namespace PortPortal.Engine.ShareLinks.Previews;

/// <summary>Makes, lists and revokes preview links.</summary>
/// <remarks>A preview link hangs on an exposure and ends with it: a port that is not exposed is exposed by the first, to whoever the default admits.</remarks>
internal sealed class PreviewLinkService(
    Database database,
    SessionService sessions,
    ExposureService exposures,
    ExposureFeed exposureFeed,
    LiveLinks links,
    LivePreviews live,
    PreviewTokens tokens,
    PublicAddress address,
    TimeProvider time)
{
    public static readonly TimeSpan DefaultLife = TimeSpan.FromHours(1);

    /// <param name="ttlSeconds">Too long is cut to what is allowed, and nothing or less is an hour, as PandaStack does it; the answer says when it ends.</param>
    /// <param name="faults">What reading the request has found already; the rules add theirs.</param>
    public async Task<Outcome<PreviewLinkResult>> CreateAsync(string session, int port, long? ttlSeconds, Actor actor, Faults faults, CancellationToken cancellationToken)
    {
        // 1 whether links may admit by themselves here
        var found = sessions.FindToChange(session, actor);
        if (!found.Succeeded)
        {
            return found.Refused<PreviewLinkResult>();
        }

        var profile = links.ProfileOf(found.Value.Id);
        if (!live.Allows(found.Value.Id))
        {
            return new Refusal(403, RefusalCodes.PolicyForbids, $"The profile “{profile.Name}” forbids links that let in whoever has them; make a share link instead.");
        }

        // 2 the port, exposed now if it was not
        var exposed = await exposures.ExposeAsync(session, new ExposeRequest { Port = port }, actor, faults, cancellationToken);
        if (!exposed.Succeeded)
        {
            return exposed.Refused<PreviewLinkResult>();
        }

        // 3 its end: no later than the port's and the session's
        var life = ttlSeconds is > 0 and var seconds ? TimeSpan.FromSeconds(Math.Min(seconds, profile.MaxLinkLife.TotalSeconds)) : DefaultLife;
        var (exposure, now) = (exposed.Value.Exposure, time.GetUtcNow());
        var end = links.Earliest(now + life, exposure);
        var token = new PreviewToken(exposure.Id, ShortId.New(), DateTimeOffset.FromUnixTimeSeconds(end.ToUnixTimeSeconds()));

        // 4 a row for lists, and out
        var link = new PreviewLink { Id = token.LinkId, ExposureId = exposure.Id, CreatedBy = actor.Id, CreatedAt = now, ExpiresAt = token.ExpiresAt };
        await database.InTurnAsync(
            async db =>
            {
                db.Add(link);
                db.Add(Entry(actor, "preview.created", exposure, $"A preview link to port {port} of {exposure.SessionName} was made; it ends at {token.ExpiresAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC."));
                await db.SaveChangesAsync(cancellationToken);
            },
            cancellationToken);
        var text = tokens.Write(token);
        return new PreviewLinkResult(StatusOf(link, exposure), text, address.UrlOf($"{text}.{ExposureHostname.PreviewLabel}.{address.BaseDomain}"));
    }

    public async Task<Outcome<ValueList<PreviewLinkStatus>>> ListAsync(string session, int port, Actor actor, CancellationToken cancellationToken)
    {
        var found = sessions.Find(session, actor);
        if (!found.Succeeded)
        {
            return found.Refused<ValueList<PreviewLinkStatus>>();
        }

        if (exposureFeed.Find(found.Value.Id, port) is not { } exposure)
        {
            return Refusal.NotFound("exposed port");
        }

        var rows = await database.RunAsync(db => db.Set<PreviewLink>().AsNoTracking().Where(link => link.ExposureId == exposure.Id).OrderBy(link => link.ExpiresAt).ToListAsync(cancellationToken));
        return rows.Select(link => StatusOf(link, exposure)).ToValueList();
    }

    /// <summary>Ends one link, or all of a port; ending one twice is no error.</summary>
    /// <param name="linkId">Null for all.</param>
    public async Task<Outcome<int>> RevokeAsync(string session, int port, string? linkId, Actor actor, CancellationToken cancellationToken)
    {
        var found = sessions.FindToChange(session, actor);
        if (!found.Succeeded)
        {
            return found.Refused<int>();
        }

        if (exposureFeed.Find(found.Value.Id, port) is not { } exposure)
        {
            return Refusal.NotFound("exposed port");
        }

        return await database.InTurnAsync<Outcome<int>>(
            async db =>
            {
                var picked = await db.Set<PreviewLink>().Where(link => link.ExposureId == exposure.Id && (linkId == null || link.Id == linkId)).ToListAsync(cancellationToken);
                if (linkId is not null && picked.Count == 0)
                {
                    return Refusal.NotFound("preview link");
                }

                var now = time.GetUtcNow();
                var ended = picked.Where(link => link.RevokedAt is null && link.ExpiresAt > now).ToList();
                if (ended.Count == 0)
                {
                    return 0;
                }

                ended.ForEach(link => link.RevokedAt = now);
                db.Add(Entry(actor, "preview.revoked", exposure, $"{(ended.Count == 1 ? "A preview link" : $"{ended.Count} preview links")} to port {port} of {exposure.SessionName} {(ended.Count == 1 ? "was" : "were")} revoked."));
                await db.SaveChangesAsync(cancellationToken);
                live.Revoke(exposure.Id, ended.Select(link => (link.Id, link.ExpiresAt)));
                return ended.Count;
            },
            cancellationToken);
    }

    private static PreviewLinkStatus StatusOf(PreviewLink link, ExposureStatus exposure) => new()
    {
        Id = link.Id,
        SessionId = exposure.SessionId,
        Port = exposure.Port,
        CreatedBy = link.CreatedBy,
        CreatedAt = link.CreatedAt,
        ExpiresAt = link.ExpiresAt,
        RevokedAt = link.RevokedAt,
    };

    private AuditEntry Entry(Actor actor, string action, ExposureStatus exposure, string reason) =>
        AuditEntry.By(actor, time, action, reason) with { SessionId = exposure.SessionId, SessionName = exposure.SessionName, Port = exposure.Port };
}
