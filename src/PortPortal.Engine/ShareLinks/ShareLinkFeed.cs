using System.Collections.Concurrent;
using PortPortal.Engine.Common;

namespace PortPortal.Engine.ShareLinks;

/// <summary>Every share link that works, and those that ended within the last 30 days, live.</summary>
public sealed class ShareLinkFeed : LiveFeed<ShareLinkStatus>
{
    private readonly ConcurrentDictionary<string, string> _idsByHash = new(StringComparer.Ordinal);

    public ShareLinkFeed(TimeProvider time)
        : base(link => link.Id, time) => Publishing += Index;

    /// <summary>The link with that token, whether it still works or not.</summary>
    public ShareLinkStatus? FindByToken(string token) =>
        ShareLinkTokens.IsWellFormed(token) && _idsByHash.TryGetValue(ShareLinkTokens.Hash(token), out var id) ? Find(id) : null;

    public IEnumerable<ShareLinkStatus> Of(string exposureId) => Items.Values.Where(link => link.ExposureId == exposureId);

    private void Index(FeedBatch<ShareLinkStatus> batch)
    {
        foreach (var link in batch.Upserts)
        {
            _idsByHash[link.TokenHash] = link.Id;
        }

        if (batch.Removals.IsEmpty)
        {
            return;
        }

        foreach (var hash in _idsByHash.Where(pair => batch.Removals.Contains(pair.Value)).Select(pair => pair.Key))
        {
            _idsByHash.TryRemove(hash, out _);
        }
    }
}
