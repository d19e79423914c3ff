using System.Collections.Frozen;
using System.Text;

namespace PortPortal.Engine.Edge.Upstream;

/// <summary>Header bytes as text; names that every app sends cost no string.</summary>
internal static class HeaderText
{
    private static readonly FrozenDictionary<int, string[]> ByLength = new[]
    {
        "Age", "Date", "ETag", "Vary", "Link", "Allow", "Pragma", "Server", "Upgrade", "Expires", "Trailer", "Location", "Connection", "Set-Cookie", "Keep-Alive",
        "Content-Type", "X-Powered-By", "X-Request-Id", "Accept-Ranges", "Cache-Control", "Last-Modified", "Content-Range", "Referrer-Policy", "Content-Length", "X-Frame-Options",
        "Content-Encoding", "Content-Language", "WWW-Authenticate", "Transfer-Encoding", "Content-Disposition", "Sec-WebSocket-Accept", "Sec-WebSocket-Protocol",
        "X-Content-Type-Options", "Content-Security-Policy", "Strict-Transport-Security", "Access-Control-Allow-Origin",
    }.GroupBy(name => name.Length).ToFrozenDictionary(group => group.Key, group => group.ToArray());

    public static string Name(ReadOnlySpan<byte> name)
    {
        if (ByLength.TryGetValue(name.Length, out var candidates))
        {
            foreach (var candidate in candidates)
            {
                if (Ascii.EqualsIgnoreCase(name, candidate))
                {
                    return candidate;
                }
            }
        }

        return Encoding.ASCII.GetString(name);
    }

    /// <summary>One character a byte.</summary>
    public static string Value(ReadOnlySpan<byte> value) => Encoding.Latin1.GetString(value);
}
