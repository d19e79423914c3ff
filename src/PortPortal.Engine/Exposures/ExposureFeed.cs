using PortPortal.Engine.AllowLists;
using PortPortal.Engine.Common;

namespace PortPortal.Engine.Exposures;

/// <summary>Every open exposure, live: screens, hub and edge all read this one.</summary>
/// <param name="lists">What the lists hold that ports name; null where none do.</param>
public sealed class ExposureFeed(TimeProvider time, AllowListFeed? lists = null) : LiveFeed<ExposureStatus>(exposure => exposure.Id, time)
{
    public ExposureStatus? Find(string sessionId, int port) =>
        Items.Values.FirstOrDefault(exposure => exposure.Port == port && exposure.SessionId == sessionId);

    /// <summary>Whoever publishes a port writes the names of lists; whoever reads it finds what they hold.</summary>
    protected override ExposureStatus Complete(ExposureStatus item) =>
        lists is not null && item.Access.Lists.Any() ? item with { Access = item.Access.With(lists.RulesOf) } : item;

    public IEnumerable<ExposureStatus> Of(string sessionId) => Items.Values.Where(exposure => exposure.SessionId == sessionId);
}
