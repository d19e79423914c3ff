using System.Collections.Immutable;
using PortPortal.Engine.AllowLists;
using PortPortal.Engine.Common;

namespace PortPortal.Engine.Exposures;

/// <summary>Every open exposure, live: screens, hub and edge all read this one.</summary>
/// <param name="lists">What the lists hold that ports name; null where none do.</param>
public sealed class ExposureFeed(TimeProvider time, AllowListFeed? lists = null) : LiveFeed<ExposureStatus>(exposure => exposure.Id, time)
{
    private volatile ImmutableDictionary<string, ImmutableSortedDictionary<int, ExposureStatus>> _bySession =
        ImmutableDictionary.Create<string, ImmutableSortedDictionary<int, ExposureStatus>>(StringComparer.Ordinal);

    public ExposureStatus? Find(string sessionId, int port) => _bySession.GetValueOrDefault(sessionId)?.GetValueOrDefault(port);

    /// <returns>By port; the same object as before where none of them has changed.</returns>
    public ImmutableSortedDictionary<int, ExposureStatus> PortsOf(string sessionId) => _bySession.GetValueOrDefault(sessionId, ImmutableSortedDictionary<int, ExposureStatus>.Empty);

    /// <returns>By port.</returns>
    public IEnumerable<ExposureStatus> Of(string sessionId) => PortsOf(sessionId).Values;

    /// <summary>Whoever publishes a port writes the names of lists; whoever reads it finds what they hold.</summary>
    protected override ExposureStatus Complete(ExposureStatus item) =>
        lists is not null && item.Access.Lists.Any() ? item with { Access = item.Access.With(lists.RulesOf) } : item;

    protected override void Index(ImmutableArray<ExposureStatus> gone, ImmutableArray<ExposureStatus> changed)
    {
        var index = _bySession.ToBuilder();
        foreach (var exposure in gone)
        {
            // The port may be open anew under another id.
            if (index.GetValueOrDefault(exposure.SessionId) is { } ports && ports.GetValueOrDefault(exposure.Port)?.Id == exposure.Id)
            {
                index[exposure.SessionId] = ports.Remove(exposure.Port);
            }
        }

        foreach (var exposure in changed)
        {
            index[exposure.SessionId] = index.GetValueOrDefault(exposure.SessionId, ImmutableSortedDictionary<int, ExposureStatus>.Empty).SetItem(exposure.Port, exposure);
        }

        index.RemoveRange(gone.Select(exposure => exposure.SessionId).Where(session => index.GetValueOrDefault(session) is { IsEmpty: true }).ToList());
        _bySession = index.ToImmutable();
    }
}
