using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace PortPortal.Engine.Edge.Upstream;

/// <summary>The request target as the visitor sent it, in origin form.</summary>
/// <remarks>Access is decided by host, never by path, so nothing here is decoded, normalised or re-encoded: what was sent is what the app gets.</remarks>
internal static class RequestTarget
{
    /// <summary>The target's characters, or null for one that two servers could read differently.</summary>
    public static string? Of(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        if (target is not ['/', ..])
        {
            target = OriginForm(target);
        }

        return target is not null && IsUnambiguous(target) ? target : null;
    }

    /// <summary>Cuts scheme and authority off an absolute form (RFC 9112 section 3.2.2).</summary>
    private static string? OriginForm(string target)
    {
        var start = target.IndexOf("://", StringComparison.Ordinal);
        if (start < 0)
        {
            return null;
        }

        var path = target.AsSpan(start + 3).IndexOfAny('/', '?');
        return path < 0 ? "/" : target[start + 3 + path] == '/' ? target[(start + 3 + path)..] : $"/{target[(start + 3 + path)..]}";
    }

    private static bool IsUnambiguous(ReadOnlySpan<char> target) => !target.ContainsAnyExceptInRange('!', '~') && !target.ContainsAny('#', '\\');
}
