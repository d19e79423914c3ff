using System.Text;

namespace PortPortal.Engine.Edge.Upstream;

/// <summary>Keeps the edge's own cookies from the app, and the app's hands off them; every other cookie passes byte for byte.</summary>
internal static class ReservedCookies
{
    public const string Prefix = "__Host-pp_";

    /// <summary>A Cookie header without ours: the same instance where there was none, empty where nothing else was in it.</summary>
    /// <remarks>
    /// Cut at every <c>;</c>, inside quotes too (RFC 6265 section 5.4 knows no quoting): an app that sets the cookies <c>y="a</c> and <c>z=b"</c>
    /// must not get ours between the two.
    /// </remarks>
    public static string Remove(string cookies)
    {
        if (!cookies.Contains(Prefix, StringComparison.OrdinalIgnoreCase))
        {
            return cookies;
        }

        var kept = new StringBuilder(cookies.Length);
        var removed = false;
        var rest = cookies.AsSpan();
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf(';');
            var pair = end < 0 ? rest : rest[..end];
            rest = end < 0 ? [] : rest[(end + 1)..];
            if (IsReserved(pair))
            {
                removed = true;
                continue;
            }

            if (kept.Length > 0)
            {
                kept.Append(';').Append(pair);
            }
            else if (!pair.Trim(" \t").IsEmpty)
            {
                kept.Append(removed ? pair.TrimStart(" \t") : pair);
            }
        }

        return removed ? kept.ToString() : cookies;
    }

    /// <summary>A Set-Cookie header as the visitor may get it, or null for one that touches our names.</summary>
    /// <remarks>A Domain that reaches beyond <paramref name="host"/> is taken out, so that an app sets cookies for itself and never for its siblings.</remarks>
    public static string? Restrict(string setCookie, ReadOnlySpan<char> host)
    {
        var end = setCookie.IndexOf(';', StringComparison.Ordinal);
        if (IsReserved(end < 0 ? setCookie : setCookie.AsSpan(0, end)))
        {
            return null;
        }

        if (end < 0 || !setCookie.AsSpan(end).Contains("domain", StringComparison.OrdinalIgnoreCase))
        {
            return setCookie;
        }

        var kept = new StringBuilder(setCookie.Length).Append(setCookie.AsSpan(0, end));
        foreach (var range in setCookie.AsSpan(end + 1).Split(';'))
        {
            var attribute = setCookie.AsSpan(end + 1)[range];
            if (!ReachesBeyond(attribute, host))
            {
                kept.Append(';').Append(attribute);
            }
        }

        return kept.Length == setCookie.Length ? setCookie : kept.ToString();
    }

    /// <summary>True where the name holds our prefix at all: browsers differ in what they trim from a name's front (RFC 6265bis and nameless cookies).</summary>
    private static bool IsReserved(ReadOnlySpan<char> pair)
    {
        var name = pair.TrimStart("= \t");
        var end = name.IndexOf('=');
        return (end < 0 ? name : name[..end]).Contains(Prefix, StringComparison.OrdinalIgnoreCase);
    }

    private static bool ReachesBeyond(ReadOnlySpan<char> attribute, ReadOnlySpan<char> host)
    {
        var end = attribute.IndexOf('=');
        var name = (end < 0 ? attribute : attribute[..end]).Trim(" \t");
        if (!name.Equals("domain", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var domain = end < 0 ? [] : attribute[(end + 1)..].Trim(" \t");
        domain = domain is ['.', ..] ? domain[1..] : domain;
        return !domain.Equals(host, StringComparison.OrdinalIgnoreCase);
    }
}
