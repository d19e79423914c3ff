using PortPortal.Engine.Common;

namespace PortPortal.Engine.Exposures;

/// <summary>Every open exposure, live: screens, hub and edge all read this one.</summary>
public sealed class ExposureFeed(TimeProvider time) : LiveFeed<ExposureStatus>(exposure => exposure.Id, time)
{
    public ExposureStatus? Find(string sessionId, int port) =>
        Items.Values.FirstOrDefault(exposure => exposure.Port == port && exposure.SessionId == sessionId);

    public IEnumerable<ExposureStatus> Of(string sessionId) => Items.Values.Where(exposure => exposure.SessionId == sessionId);
}
