using Microsoft.AspNetCore.Http;
using PortPortal.Engine.Common;
using PortPortal.Engine.Edge.Grants;

namespace PortPortal.Engine.Edge.Links;

/// <summary>The cookie <c>__Host-pp_browser</c> where share links are opened: a random name, so that the same browser is not counted twice.</summary>
internal static class BrowserCookie
{
    private const string Name = "__Host-pp_browser";
    private const int Length = 26;
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    public static string? Read(HttpRequest request)
    {
        var value = CookieHeader.FindOnly(request.Headers.Cookie, Name).ToString();
        return value.Length == Length && value.All(c => c is (>= 'a' and <= 'z') or (>= '2' and <= '7')) ? value : null;
    }

    public static string Begin(HttpResponse response)
    {
        var browser = ShortId.NewToken(Length);
        response.Headers.Append("Set-Cookie", $"{Name}={browser}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={Lifetime.TotalSeconds:0}");
        return browser;
    }
}
