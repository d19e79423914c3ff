using Microsoft.Extensions.Primitives;
using PortPortal.Engine.Edge.Upstream;

namespace PortPortal.Engine.Edge.Grants;

/// <summary>Reads one of our cookies out of the raw Cookie header, byte for byte.</summary>
/// <remarks>ASP.NET Core's own reader ignores letter case and takes the last of two, so an app's look-alike would win there.</remarks>
internal static class CookieHeader
{
    /// <summary>The value of the only cookie with that name; empty where there is none, or where a second one differs from it in letter case at most.</summary>
    public static ReadOnlySpan<char> FindOnly(StringValues headers, string name)
    {
        ReadOnlySpan<char> found = default;
        var count = 0;
        foreach (var header in headers)
        {
            var rest = header.AsSpan();
            if (!rest.Contains(ReservedCookies.Prefix, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            while (!rest.IsEmpty)
            {
                var end = rest.IndexOf(';');
                var pair = (end < 0 ? rest : rest[..end]).Trim(" \t");
                rest = end < 0 ? default : rest[(end + 1)..];
                var equals = pair.IndexOf('=');
                var key = equals < 0 ? pair : pair[..equals];
                if (!key.Trim().Equals(name, StringComparison.OrdinalIgnoreCase))
                {
                    continue;
                }

                count++;
                found = equals >= 0 && key.Equals(name, StringComparison.Ordinal) ? pair[(equals + 1)..] : default;
            }
        }

        return count == 1 ? found : default;
    }

    /// <summary>The names of all cookies that begin with <paramref name="prefix"/>, as they are written.</summary>
    public static IEnumerable<string> NamesWith(StringValues headers, string prefix)
    {
        foreach (var header in headers)
        {
            foreach (var pair in (header ?? "").Split(';', StringSplitOptions.TrimEntries))
            {
                var name = pair.Split('=', 2)[0];
                if (name.StartsWith(prefix, StringComparison.Ordinal))
                {
                    yield return name;
                }
            }
        }
    }
}
