using Microsoft.AspNetCore.Authentication.Cookies;

namespace PortPortal.Auth;

/// <summary>Reads our cookie from the raw header, letter for letter, and not at all where it comes twice.</summary>
/// <remarks><c>Request.Cookies</c> ignores case and lets the last win: <c>__HOST-PP_PORTAL</c>, which no browser guards, would replace ours.</remarks>
internal sealed class OrdinalCookies : ICookieManager
{
    public string? GetRequestCookie(HttpContext context, string key)
    {
        string? found = null;
        foreach (var pair in context.Request.Headers.Cookie.SelectMany(line => line?.Split(';') ?? []))
        {
            var trimmed = pair.AsSpan().Trim(" \t");
            var equals = trimmed.IndexOf('=');
            if (equals < 0 || !trimmed[..equals].SequenceEqual(key))
            {
                continue;
            }

            if (found is not null)
            {
                return null;
            }

            found = trimmed[(equals + 1)..].ToString();
        }

        return found;
    }

    public void AppendResponseCookie(HttpContext context, string key, string? value, CookieOptions options) =>
        context.Response.Cookies.Append(key, value ?? "", options);

    public void DeleteCookie(HttpContext context, string key, CookieOptions options) => context.Response.Cookies.Delete(key, options);
}
