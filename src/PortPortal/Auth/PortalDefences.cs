using Microsoft.Net.Http.Headers;
using PortPortal.Engine.Accounts;
using PortPortal.Engine.Common;

namespace PortPortal.Auth;

/// <summary>What every request to the portal passes first: headers for the browser, no keys in addresses, no writes from other sites.</summary>
internal static class PortalDefences
{
    private static readonly string[] KeyParameters = ["api_key", "apikey", "api-key", "access_token"];

    /// <summary>Put it behind the edge and before routing: whatever gets here is for the portal.</summary>
    public static IApplicationBuilder UsePortalDefences(this IApplicationBuilder app)
    {
        var headers = new PortalHeaders(app.ApplicationServices.GetRequiredService<PublicAddress>());
        return app.Use((context, next) =>
        {
            headers.Add(context.Response.Headers);
            return Judge(context.Request) is { } refusal ? new ProblemResult(refusal).ExecuteAsync(context) : next(context);
        });
    }

    private static Refusal? Judge(HttpRequest request)
    {
        if (request.Query.Any(pair => KeyParameters.Contains(pair.Key, StringComparer.OrdinalIgnoreCase) || pair.Value.Any(value => value is not null && ApiKeyText.LooksLikeKey(value))))
        {
            return new(400, RefusalCodes.InvalidRequest, "Keys travel in the Authorization header only. One that was in an address is in logs and histories: revoke it.");
        }

        return ChangesSomething(request) && !ApiKeyAuthenticationHandler.Brought(request) && IsFromElsewhere(request)
            ? new(403, RefusalCodes.NotAllowed, "This request comes from another site.")
            : null;
    }

    /// <summary>Also the hand-shake of a WebSocket, which is a GET that a foreign page can send with our cookie.</summary>
    private static bool ChangesSomething(HttpRequest request) =>
        !(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method))
        || request.HttpContext.WebSockets.IsWebSocketRequest
        || request.Headers.Upgrade.Count > 0;

    /// <summary>Browsers say where a request comes from; one that says nothing is no browser and has no cookie to abuse.</summary>
    /// <remarks>Sec-Fetch-Site tells siblings of one site apart, which SameSite does not (Fetch Metadata, W3C).</remarks>
    private static bool IsFromElsewhere(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site is not ("" or "same-origin" or "none"))
        {
            return true;
        }

        return request.Headers.TryGetValue(HeaderNames.Origin, out var origin)
            ? !string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase)
            : site.Length == 0 && request.Headers.Cookie.Count > 0;
    }
}
