using System.Collections.Immutable;
using PortPortal.Engine.Common;

namespace PortPortal.Engine.Exposures.PortForwards;

/// <summary>Every port forward that is wanted or not yet gone, live: screens, hub and events read this one.</summary>
public sealed class PortForwardFeed(TimeProvider time) : LiveFeed<PortForwardStatus>(forward => forward.Id, time)
{
    private volatile ImmutableDictionary<string, ImmutableArray<string>> _bySession = ImmutableDictionary.Create<string, ImmutableArray<string>>(StringComparer.Ordinal); // ids, the oldest first

    /// <summary>A session's forwards, found without a look at those of others.</summary>
    public IEnumerable<PortForwardStatus> Of(string sessionId) => _bySession.GetValueOrDefault(sessionId, []).Select(Find).OfType<PortForwardStatus>();

    /// <summary>Ids alone, for the counters of all forwards change every few seconds and their sessions never.</summary>
    protected override void Index(ImmutableArray<PortForwardStatus> gone, ImmutableArray<PortForwardStatus> changed)
    {
        var index = _bySession.ToBuilder();
        foreach (var session in gone.GroupBy(forward => forward.SessionId, forward => forward.Id, StringComparer.Ordinal))
        {
            index[session.Key] = index[session.Key].RemoveRange(session, StringComparer.Ordinal);
        }

        foreach (var session in changed.Where(forward => Find(forward.Id) is null).GroupBy(forward => forward.SessionId, forward => forward.Id, StringComparer.Ordinal))
        {
            index[session.Key] = index.GetValueOrDefault(session.Key, []).AddRange(session.Distinct(StringComparer.Ordinal));
        }

        index.RemoveRange(gone.Select(forward => forward.SessionId).Where(session => index.GetValueOrDefault(session, []).IsEmpty).ToList());
        _bySession = index.ToImmutable();
    }
}
