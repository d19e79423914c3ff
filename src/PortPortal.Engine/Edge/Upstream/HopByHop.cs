using System.Collections.Frozen;
using Microsoft.Extensions.Primitives;

namespace PortPortal.Engine.Edge.Upstream;

/// <summary>The headers that belong to one connection: the fixed ones, and those a message's own Connection header names (RFC 9110 section 7.6.1).</summary>
/// <remarks>Kestrel shows a request's list only where it holds none of keep-alive, close and upgrade; what it hides is the visitor's own header, and passes.</remarks>
internal readonly struct HopByHop(StringValues connection)
{
    private static readonly FrozenSet<string> Fixed = new[]
    {
        "Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Authentication-Info",
        "TE", "Trailer", "Transfer-Encoding", "Upgrade", "HTTP2-Settings",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private readonly StringValues _named = NamesNothing(connection) ? default : connection;

    public static bool IsFixed(string name) => Fixed.Contains(name);

    public bool Contains(string name) => Fixed.Contains(name) || (_named.Count > 0 && HasToken(_named, name));

    /// <summary>True where a comma-separated list names the token.</summary>
    public static bool HasToken(StringValues values, ReadOnlySpan<char> token)
    {
        foreach (var value in values)
        {
            foreach (var range in value.AsSpan().Split(','))
            {
                if (value.AsSpan()[range].Trim(" \t").Equals(token, StringComparison.OrdinalIgnoreCase))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static bool NamesNothing(StringValues connection) => connection.Count switch
    {
        0 => true,
        1 => connection[0] is { } only && (only.Equals("keep-alive", StringComparison.OrdinalIgnoreCase) || only.Equals("close", StringComparison.OrdinalIgnoreCase)),
        _ => false,
    };
}
