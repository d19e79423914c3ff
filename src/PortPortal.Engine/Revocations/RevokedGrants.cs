using System.Collections.Concurrent;

namespace PortPortal.Engine.Revocations;

/// <summary>Grants taken back before their end, by id, for the hot path; each is forgotten when it would have ended anyway.</summary>
/// <remarks>What <see cref="RevocationService"/> has written and <see cref="RevocationLoader"/> has read: a restart gives nobody a right back.</remarks>
internal sealed class RevokedGrants(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, DateTimeOffset> _ends = new(StringComparer.Ordinal);

    public bool Contains(string grantId) => !_ends.IsEmpty && _ends.ContainsKey(grantId);

    public void Add(string grantId, DateTimeOffset end)
    {
        var now = time.GetUtcNow();
        foreach (var pair in _ends)
        {
            if (pair.Value <= now)
            {
                _ends.TryRemove(pair);
            }
        }

        _ends[grantId] = end;
    }
}
