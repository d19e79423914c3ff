using PortPortal.Engine.Exposures;
using PortPortal.Engine.Profiles;

namespace PortPortal.Engine.Edge.Routes;

/// <summary>What the profiles allow each route.</summary>
internal sealed class RouteLimits(ProfileBook profiles, TimeProvider time)
{
    public RouteLimit Of(ExposureStatus exposure) => new RouteLimit(time).Follow(profiles.Of(exposure.Profile));

    /// <summary>Takes over what an admin has changed since.</summary>
    public void Refresh(EdgeRoute route) => route.Limit.Follow(profiles.Of(route.Exposure.Profile));
}
