using System.Buffers;
using System.Globalization;

namespace PortPortal.Engine.Edge;

/// <summary>The authority of a request in one spelling: lower case, without one trailing dot, the port apart.</summary>
/// <param name="Host">A DNS name of letters, digits, hyphens and dots.</param>
/// <param name="Port">Null where none was written.</param>
internal readonly record struct EdgeName(string Host, int? Port)
{
    private const int MaxLength = 253;
    private static readonly SearchValues<char> Canonical = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-.");
    private static readonly SearchValues<char> Accepted = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.");

    /// <summary>Reads a Host header or <c>:authority</c>; false for what is no DNS name: empty, user info, IP literals in brackets, underscores, over 253 characters.</summary>
    public static bool TryParse(string? text, out EdgeName name)
    {
        name = default;
        if (string.IsNullOrEmpty(text))
        {
            return false;
        }

        var colon = text.IndexOf(':', StringComparison.Ordinal);
        int? port = null;
        if (colon >= 0)
        {
            if (!TryPort(text.AsSpan(colon + 1), out var read))
            {
                return false;
            }

            port = read;
        }

        var host = colon < 0 ? text : text[..colon];
        host = host is [.. var rest, '.'] ? rest : host;
        if (host.Length is 0 or > MaxLength || host.AsSpan().ContainsAnyExcept(Accepted) || host[0] == '.' || host[^1] == '.')
        {
            return false;
        }

        name = new(host.AsSpan().ContainsAnyExcept(Canonical) ? host.ToLowerInvariant() : host, port);
        return true;
    }

    private static bool TryPort(ReadOnlySpan<char> digits, out int port)
    {
        port = 0;
        return digits.Length is > 0 and <= 5 && digits[0] != '0' && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port <= 65535;
    }
}
