using Microsoft.Net.Http.Headers;
using PortPortal.Engine.Common;

namespace PortPortal.Auth;

/// <summary>What browsers are told with every answer of the portal.</summary>
internal sealed class PortalHeaders(PublicAddress address)
{
    // Inline style attributes carry widths and positions; scripts come from files only.
    // Signing in on the way to an app ends on that app's host, and form-action holds for redirects too.
    private readonly string _policy = string.Join("; ",
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "style-src-attr 'unsafe-inline'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'self'",
        $"form-action 'self' {Source(address, address.BaseDomain)} {Source(address, $"*.{address.BaseDomain}")}",
        "frame-ancestors 'none'");

    public void Add(IHeaderDictionary headers)
    {
        headers[HeaderNames.ContentSecurityPolicy] = _policy;
        headers[HeaderNames.XContentTypeOptions] = "nosniff";
        headers[HeaderNames.XFrameOptions] = "DENY";
        // Not no-referrer: a form would then say Origin: null, and could not be told from another site's.
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=()";

        // A browser that remembers HTTPS for a name of this machine only would break other programs' use of it.
        if (!address.IsLocal)
        {
            headers[HeaderNames.StrictTransportSecurity] = "max-age=31536000";
        }
    }

    private static string Source(PublicAddress address, string host) => address.Port == 443 ? $"https://{host}" : $"https://{host}:{address.Port}";
}
