using System.Collections.Concurrent;
using System.Collections.Immutable;
using PortPortal.Engine.Common;

namespace PortPortal.Engine.ShareLinks;

/// <summary>Every share link that works, and those that ended within the last 30 days, live.</summary>
public sealed class ShareLinkFeed(TimeProvider time) : LiveFeed<ShareLinkStatus>(link => link.Id, time)
{
    private readonly ConcurrentDictionary<string, string> _idsByHash = new(StringComparer.Ordinal);

    /// <summary>The link with that token, whether it still works or not.</summary>
    public ShareLinkStatus? FindByToken(string token) =>
        ShareLinkTokens.IsWellFormed(token) && _idsByHash.TryGetValue(ShareLinkTokens.Hash(token), out var id) ? Find(id) : null;

    public IEnumerable<ShareLinkStatus> Of(string exposureId) => Items.Values.Where(link => link.ExposureId == exposureId);

    protected override void Index(ImmutableArray<ShareLinkStatus> gone, ImmutableArray<ShareLinkStatus> changed)
    {
        foreach (var link in gone)
        {
            _idsByHash.TryRemove(link.TokenHash, out _);
        }

        foreach (var link in changed)
        {
            _idsByHash[link.TokenHash] = link.Id;
        }
    }
}
