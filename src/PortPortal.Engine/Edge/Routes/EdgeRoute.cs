using PortPortal.Engine.Access;
using PortPortal.Engine.Edge.Upstream;
using PortPortal.Engine.Exposures;

namespace PortPortal.Engine.Edge.Routes;

/// <summary>One exposure as the edge serves it: policy, upstream, and the switch that ends what is open.</summary>
/// <remarks>A change makes a new route; routes over the same connections share a switch.</remarks>
internal sealed class EdgeRoute(ExposureStatus exposure, UpstreamServer upstream, RouteLimit limit, CancellationTokenSource cut)
{
    public ExposureStatus Exposure => exposure;

    public AccessPolicy Policy => exposure.Access;

    public UpstreamServer Upstream => upstream;

    public RouteLimit Limit => limit;

    public CancellationToken Cut { get; } = cut.Token;

    /// <summary>The next route of the same connections: only who may use them, or what is said about them, has changed.</summary>
    public EdgeRoute With(ExposureStatus changed) => new(changed, upstream, limit, cut);

    /// <summary>Ends everything that is open on it; the switch is thrown when this returns, the connections follow at once.</summary>
    public Task CutAsync() => cut.CancelAsync();
}
