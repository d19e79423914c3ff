using System.Net;
using Microsoft.AspNetCore.Http;
using PortPortal.Engine.Edge.Routes;
using PortPortal.Engine.Exposures;

namespace PortPortal.Engine.Edge;

/// <summary>A session that calls its own exposures: served over plain HTTP and without a gate, for it would only ask itself.</summary>
/// <remarks>
/// Services in a session call one another by their public names, and know nothing of our certificates. Who it is, the socket's other end says and nothing else:
/// <see cref="SessionPeers"/> has the rules. No cookie is read or set on such a request, and the edge's own corner stays behind TLS.
/// </remarks>
internal sealed class CallBacks(Func<IPAddress, string, bool> isSession)
{
    public bool IsOne(HttpContext context, EdgeRoute route) => !context.Request.IsHttps && IsOne(PeerAddress.Of(context), route);

    /// <summary>True while <paramref name="peer"/> is the session that has the route.</summary>
    public bool IsOne(IPAddress peer, EdgeRoute route) => isSession(peer, route.Exposure.SessionId);
}
