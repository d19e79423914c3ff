namespace PortPortal.Engine.Edge.Upstream;

/// <summary>The request headers in which a client could pose as the edge, as another proxy, or as somebody else.</summary>
/// <remarks>
/// Names are compared in the form in which CGI and WSGI see them: letter case is ignored, and <c>_</c> and <c>.</c> count as <c>-</c>,
/// so <c>Remote_User</c> and <c>X.Forwarded.For</c> are caught with the rest.
/// <c>X-HTTP-Method-Override</c> is not in the list: the gate looks at the host only, so the header can fool nobody but the app that chose to read it.
/// </remarks>
internal static class SpoofableHeaders
{
    private static readonly string[] Families =
    [
        "x-forwarded-", "x-original-", "x-real-", "x-remote-", "x-auth-request-", "x-webauth-", "x-pp-", "x-portportal-",
        "remote-", "tailscale-", "cf-access-",
    ];

    private static readonly string[] Names =
    [
        "forwarded", "forwarded-for", "x-forwarded", "x-rewrite-url", "x-client-ip", "x-cluster-client-ip", "x-host",
        "client-ip", "true-client-ip", "cf-connecting-ip", "cf-connecting-ipv6", "fastly-client-ip", "proxy",
    ];

    public static bool Contains(ReadOnlySpan<char> name)
    {
        if (name.IsEmpty || (name[0] | 0x20) is not ('x' or 'r' or 'f' or 'c' or 't' or 'p'))
        {
            return false;
        }

        foreach (var family in Families)
        {
            if (StartsWith(name, family))
            {
                return true;
            }
        }

        foreach (var candidate in Names)
        {
            if (name.Length == candidate.Length && StartsWith(name, candidate))
            {
                return true;
            }
        }

        return false;
    }

    private static bool StartsWith(ReadOnlySpan<char> name, string canonical)
    {
        if (name.Length < canonical.Length)
        {
            return false;
        }

        for (var i = 0; i < canonical.Length; i++)
        {
            if (Canonical(name[i]) != canonical[i])
            {
                return false;
            }
        }

        return true;
    }

    private static char Canonical(char c) => c switch
    {
        '_' or '.' => '-',
        >= 'A' and <= 'Z' => (char)(c | 0x20),
        _ => c,
    };
}
