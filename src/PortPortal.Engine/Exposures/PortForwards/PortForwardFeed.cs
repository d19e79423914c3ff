using PortPortal.Engine.Common;

namespace PortPortal.Engine.Exposures.PortForwards;

/// <summary>Every port forward that is wanted or not yet gone, live: screens, hub and events read this one.</summary>
public sealed class PortForwardFeed(TimeProvider time) : LiveFeed<PortForwardStatus>(forward => forward.Id, time)
{
    public IEnumerable<PortForwardStatus> Of(string sessionId) => Items.Values.Where(forward => forward.SessionId == sessionId);
}
