using System.Collections.Concurrent;
using System.Collections.Immutable;
using PortPortal.Engine.Common;

namespace PortPortal.Engine.Exposures.PortForwards;

/// <summary>Every port forward that is wanted or not yet gone, live: screens, hub and events read this one.</summary>
public sealed class PortForwardFeed : LiveFeed<PortForwardStatus>
{
    private readonly Dictionary<string, string> _sessions = new(StringComparer.Ordinal); // by forward; touched under the feed's lock
    private readonly ConcurrentDictionary<string, ImmutableArray<string>> _forwards = new(StringComparer.Ordinal); // by session; changed under the feed's lock

    public PortForwardFeed(TimeProvider time)
        : base(forward => forward.Id, time) => Publishing += Index;

    /// <summary>A session's forwards, found without a look at those of others.</summary>
    public IEnumerable<PortForwardStatus> Of(string sessionId) => _forwards.GetValueOrDefault(sessionId, []).Select(Find).OfType<PortForwardStatus>();

    private void Index(FeedBatch<PortForwardStatus> batch)
    {
        foreach (var forward in batch.Upserts.Where(forward => _sessions.TryAdd(forward.Id, forward.SessionId)))
        {
            _forwards[forward.SessionId] = _forwards.GetValueOrDefault(forward.SessionId, []).Add(forward.Id);
        }

        foreach (var id in batch.Removals)
        {
            if (!_sessions.Remove(id, out var session))
            {
                continue;
            }

            var left = _forwards[session].Remove(id);
            if (left.IsEmpty)
            {
                _forwards.TryRemove(session, out _);
            }
            else
            {
                _forwards[session] = left;
            }
        }
    }
}
