using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using PortPortal.Engine.Data;

namespace PortPortal.Engine.ShareLinks;

/// <summary>Counts the people that links let through: a browser once, however often it comes back.</summary>
internal sealed class ShareLinkUses(Database database, ShareLinkFeed feed, LiveLinks live, TimeProvider time)
{
    private const int MostTries = 5;

    /// <summary>Notes that someone is about to be let through; two who take the last place at once get one yes.</summary>
    /// <param name="linkId">A link that exists.</param>
    /// <param name="browser">The browser's random name.</param>
    /// <param name="from">The address it comes from.</param>
    /// <returns>Why not; null where they may go on.</returns>
    public async Task<LinkEnd?> CountAsync(string linkId, string browser, string from, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await database.InTurnAsync(db => CountAsync(db, linkId, Hash(browser), from, cancellationToken), cancellationToken);
            }
            catch (DbUpdateException) when (tries < MostTries)
            {
                // Another replica let someone through at the same moment: the numbers are read again.
            }
        }
    }

    /// <summary>True for a browser that the link has let through before.</summary>
    public Task<bool> HasComeAsync(string linkId, string browser, CancellationToken cancellationToken)
    {
        var hash = Hash(browser);
        return database.RunAsync(db => db.Set<ShareLinkUse>().AnyAsync(use => use.LinkId == linkId && use.Browser == hash, cancellationToken));
    }

    private async Task<LinkEnd?> CountAsync(PortPortalDbContext db, string linkId, string browser, string from, CancellationToken cancellationToken)
    {
        if (feed.Find(linkId) is not { } status)
        {
            return LinkEnd.Expired;
        }

        if (live.EndOf(status) is { } end)
        {
            return end;
        }

        var link = await db.Set<ShareLink>().SingleAsync(row => row.Id == linkId, cancellationToken);
        if (!await db.Set<ShareLinkUse>().AnyAsync(use => use.LinkId == linkId && use.Browser == browser, cancellationToken))
        {
            if (link.Uses >= link.MaxUses)
            {
                return LinkEnd.UsedUp;
            }

            link.Uses++;
            db.Add(new ShareLinkUse { LinkId = linkId, Browser = browser, At = time.GetUtcNow() });
        }

        (link.LastUsedAt, link.LastUsedFrom) = (time.GetUtcNow(), from);
        await db.SaveChangesAsync(cancellationToken);
        feed.Update(linkId, known => known with { Uses = link.Uses, LastUsedAt = link.LastUsedAt, LastUsedFrom = link.LastUsedFrom });
        return null;
    }

    private static string Hash(string browser) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(browser)));
}
