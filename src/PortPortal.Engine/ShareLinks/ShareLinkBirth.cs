using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using PortPortal.Engine.Common;
using PortPortal.Engine.Exposures;
using PortPortal.Engine.Profiles;
using PortPortal.Engine.Sessions;

namespace PortPortal.Engine.ShareLinks;

/// <summary>Gives every exposure its first share link, in the same SaveChanges, whoever writes it.</summary>
/// <remarks>One for each unit of work: it remembers between saving and saved what to announce.</remarks>
internal sealed class ShareLinkBirth(ShareLinkTokens tokens, ShareLinkFeed feed, SessionFeed sessions, ProfileBook profiles) : SaveChangesInterceptor
{
    private readonly List<ShareLinkStatus> _born = [];

    public override ValueTask<InterceptionResult<int>> SavingChangesAsync(DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        _born.Clear();
        if (eventData.Context is { } db)
        {
            foreach (var exposure in db.ChangeTracker.Entries<Exposure>().Where(entry => entry.State == EntityState.Added).Select(entry => entry.Entity).ToList())
            {
                Give(db, exposure);
            }
        }

        return ValueTask.FromResult(result);
    }

    public override ValueTask<int> SavedChangesAsync(SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        feed.Publish(_born);
        _born.Clear();
        return ValueTask.FromResult(result);
    }

    private void Give(DbContext db, Exposure exposure)
    {
        // A session that is declared together with its ports is not in the feed yet.
        var declared = db.ChangeTracker.Entries<Session>().FirstOrDefault(entry => entry.Entity.Id == exposure.SessionId)?.Entity;
        var session = declared is null ? sessions.Find(exposure.SessionId) : SessionStatus.Of(declared, null);
        var token = ShareLinkTokens.New();
        var link = new ShareLink
        {
            Id = ShortId.New(),
            ExposureId = exposure.Id,
            TokenHash = ShareLinkTokens.Hash(token),
            TokenProtected = tokens.Protect(token),
            TokenStart = token[..ShareLinkTokens.StartLength],
            StartPath = "/",
            Bearer = false,
            IsBirthLink = true,
            CreatedBy = exposure.OpenedBy,
            CreatedAt = exposure.CreatedAt,
            ExpiresAt = exposure.CreatedAt + profiles.Of(session?.Profile).DefaultLinkLife,
        };
        db.Add(link);
        _born.Add(ShareLinkStatus.Of(link, new LinkedPort(exposure.SessionId, session?.Name ?? exposure.SessionId, session?.OwnerId ?? "", exposure.Port)));
    }
}
