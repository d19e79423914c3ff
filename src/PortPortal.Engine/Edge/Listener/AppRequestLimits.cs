using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace PortPortal.Engine.Edge.Listener;

/// <summary>Takes the portal's limits off a request to an app, whose body is streamed and may rest for as long as the app likes.</summary>
internal static class AppRequestLimits
{
    /// <remarks>Call it before the body is read. A long upload, a gRPC stream and an idle event source are all fine; slow readers stay limited.</remarks>
    public static void Lift(IFeatureCollection request)
    {
        if (request.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }

        if (request.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }
    }
}
