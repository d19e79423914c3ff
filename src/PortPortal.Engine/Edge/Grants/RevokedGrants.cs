using System.Collections.Concurrent;

namespace PortPortal.Engine.Edge.Grants;

/// <summary>Grants taken back before their end, by id; each is forgotten when it would have ended anyway.</summary>
/// <remarks>Kept in memory: a restart forgets them, so whatever has to outlast one also raises the policy's version.</remarks>
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
