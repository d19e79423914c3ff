using Microsoft.AspNetCore.Http;

namespace PortPortal.Engine.Edge;

/// <summary>What pages of one origin may read of another, where a gate stands in between (Fetch, CORS protocol).</summary>
internal static class EdgeCors
{
    public static bool IsPreflight(HttpRequest request) =>
        HttpMethods.IsOptions(request.Method) && request.Headers.Origin.Count > 0 && request.Headers.AccessControlRequestMethod.Count > 0;

    /// <summary>Preflights carry no cookies, so the gate could only refuse them; between ports of one session the edge answers yes, and the real request meets the gate.</summary>
    public static Task AllowAsync(HttpContext context)
    {
        var (request, headers) = (context.Request.Headers, context.Response.Headers);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        headers.AccessControlAllowOrigin = request.Origin;
        headers.AccessControlAllowCredentials = "true";
        headers.AccessControlAllowMethods = request.AccessControlRequestMethod;
        headers.AccessControlAllowHeaders = request.AccessControlRequestHeaders;
        headers.Vary = "Origin";
        headers.CacheControl = "no-store";
        return Task.CompletedTask;
    }

    /// <summary>Keeps a page of somebody else's session from reading what only the visitor may see, whatever the app allows.</summary>
    public static void KeepFromForeignPages(HttpContext context) => context.Response.OnStarting(
        static state =>
        {
            var headers = ((HttpContext)state).Response.Headers;
            headers.Remove("Access-Control-Allow-Origin");
            headers.Remove("Access-Control-Allow-Credentials");
            return Task.CompletedTask;
        },
        context);
}
