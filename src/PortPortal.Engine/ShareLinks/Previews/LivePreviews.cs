using System.Collections.Concurrent;
using PortPortal.Engine.Access;
using PortPortal.Engine.Common;
using PortPortal.Engine.Exposures;

namespace PortPortal.Engine.ShareLinks.Previews;

/// <summary>Whether a preview link works at this moment: its signature, its end, and what has been taken back, all in memory.</summary>
internal sealed class LivePreviews(PreviewTokens tokens, ExposureFeed exposures, LiveLinks links, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, DateTimeOffset> _revoked = new(StringComparer.Ordinal); // link → when its token ends by itself

    /// <summary>Raised after links of an exposure have been revoked.</summary>
    public event Action<string>? Revoked;

    /// <summary>What a genuine token says, whether it still works or not.</summary>
    public PreviewToken? Read(string label) => tokens.Read(label);

    /// <summary>What the gate has to know; null where the link has been revoked, or its exposure is gone.</summary>
    public VisitorLink? Find(string linkId, string exposureId, DateTimeOffset expiresAt) =>
        !_revoked.ContainsKey(linkId) && exposures.Find(exposureId) is { } exposure
            ? new() { Id = linkId, ExposureId = exposureId, ExpiresAt = expiresAt, Admits = Allows(exposure.SessionId) }
            : null;

    /// <summary>A link that admits whoever has it is as wide as an open port: nothing narrower may be the limit.</summary>
    public bool Allows(string sessionId) => links.ProfileOf(sessionId).WidestAccess == AccessMode.Public;

    public void Revoke(string exposureId, IEnumerable<(string LinkId, DateTimeOffset ExpiresAt)> links)
    {
        var now = time.GetUtcNow();
        foreach (var over in _revoked.Where(pair => pair.Value <= now))
        {
            _revoked.TryRemove(over);
        }

        foreach (var (linkId, expiresAt) in links)
        {
            _revoked[linkId] = expiresAt;
        }

        Revoked?.Invoke(exposureId);
    }
}
