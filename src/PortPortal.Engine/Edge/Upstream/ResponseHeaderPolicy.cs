using System.Collections.Frozen;

namespace PortPortal.Engine.Edge.Upstream;

/// <summary>Which of the app's response headers reach the visitor.</summary>
internal static class ResponseHeaderPolicy
{
    /// <summary>Alt-Svc would lead browsers round the edge; the others tell a proxy in front of us to serve something else.</summary>
    private static readonly FrozenSet<string> Dropped = new[]
    {
        "Alt-Svc", "X-Accel-Redirect", "X-Sendfile", "X-Lighttpd-Send-File", "X-Reproxy-URL",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>The value to send, or null to send nothing.</summary>
    /// <param name="host">The visitor's host name without port.</param>
    public static string? Pass(string name, string value, ReadOnlySpan<char> host)
    {
        if (name.Equals("Set-Cookie", StringComparison.OrdinalIgnoreCase))
        {
            return ReservedCookies.Restrict(value, host);
        }

        // Clearing "cookies" reaches every host of the registrable domain: one app would sign people out of all its siblings.
        if (name.Equals("Clear-Site-Data", StringComparison.OrdinalIgnoreCase))
        {
            return value.Contains("cookies", StringComparison.OrdinalIgnoreCase) || value.Contains('*', StringComparison.Ordinal) ? null : value;
        }

        return Dropped.Contains(name) ? null : value;
    }

    /// <summary>True for a trailer the visitor may get.</summary>
    public static bool PassesTrailer(string name) =>
        !HopByHop.IsFixed(name) && !Dropped.Contains(name)
        && !name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)
        && !name.Equals("Set-Cookie", StringComparison.OrdinalIgnoreCase)
        && !name.Equals("Clear-Site-Data", StringComparison.OrdinalIgnoreCase);
}
