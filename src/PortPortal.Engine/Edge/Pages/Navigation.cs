using Microsoft.AspNetCore.Http;
using PortPortal.Engine.Edge.Upstream;

namespace PortPortal.Engine.Edge.Pages;

/// <summary>Tells a person looking at a page from everything else: fetch, curl, images, WebSockets.</summary>
internal static class Navigation
{
    /// <summary>True where the answer will be looked at in a browser's window or frame: only then it is HTML.</summary>
    public static bool WantsHtml(HttpContext context)
    {
        var headers = context.Request.Headers;
        if (headers.Upgrade.Count > 0 || WebSocketHandshake.IsRequested(context))
        {
            return false;
        }

        if (headers["Sec-Fetch-Mode"] is [{ } mode])
        {
            return mode == "navigate";
        }

        return headers.Accept.Any(accept => accept?.Contains("text/html", StringComparison.OrdinalIgnoreCase) is true);
    }

    /// <summary>True for whoever asks for plain text and says nothing of JSON.</summary>
    public static bool WantsText(HttpContext context)
    {
        var accept = context.Request.Headers.Accept.ToString();
        return accept.Contains("text/plain", StringComparison.OrdinalIgnoreCase) && !accept.Contains("json", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>True where sending the visitor elsewhere and back loses nothing.</summary>
    public static bool MayBeRedirected(HttpContext context) => HttpMethods.IsGet(context.Request.Method) && WantsHtml(context);
}
