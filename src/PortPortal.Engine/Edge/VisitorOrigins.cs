using Microsoft.AspNetCore.Http;
using PortPortal.Engine.Common;
using PortPortal.Engine.Edge.Routes;
using PortPortal.Engine.Exposures;

namespace PortPortal.Engine.Edge;

/// <summary>Tells whether the page behind a request belongs to the same session as the port it asks for.</summary>
/// <remarks>Compared by session id, never by the text of labels: an id and a name may stand for the same session, and for another's.</remarks>
internal sealed class VisitorOrigins(EdgeRouteTable routes, PublicAddress address)
{
    private const string Scheme = "https://";

    public VisitorOrigin Judge(HttpContext context, EdgeRoute route, string host)
    {
        var headers = context.Request.Headers.Origin;
        if (headers.Count == 0)
        {
            return VisitorOrigin.Unknown;
        }

        if (headers is not [{ } origin]
            || !origin.StartsWith(Scheme, StringComparison.Ordinal)
            || !EdgeName.TryParse(origin[Scheme.Length..], out var name)
            || ((name.Port ?? 443) is var port && port != address.Port && port != context.Connection.LocalPort))
        {
            return VisitorOrigin.Foreign;
        }

        if (string.Equals(name.Host, host, StringComparison.Ordinal))
        {
            return VisitorOrigin.Own;
        }

        return routes.Find(ExposureHostname.TryParse(name.Host, address.BaseDomain))?.Exposure.SessionId == route.Exposure.SessionId
            ? VisitorOrigin.SameSession
            : VisitorOrigin.Foreign;
    }
}

internal enum VisitorOrigin
{
    /// <summary>None was sent: no script asked, or no browser.</summary>
    Unknown,
    Own,
    SameSession,
    Foreign,
}
