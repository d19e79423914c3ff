using System.Buffers;
using PortPortal.Engine.Common;

namespace PortPortal.Engine.Certificates;

/// <summary>The names this edge answers to: the portal's host, the base domain, and every well-formed name beneath it.</summary>
internal static class ServerName
{
    private const int MaxLength = 253; // RFC 1035, section 2.3.4, without the root's dot
    private static readonly SearchValues<char> LabelCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    public static bool IsPortal(PublicAddress address, string name) => string.Equals(name, address.PortalHost, StringComparison.Ordinal);

    /// <param name="address">The edge's names.</param>
    /// <param name="name">Lower case; a trailing dot is not well-formed here (RFC 6066 sends none).</param>
    public static bool IsServed(PublicAddress address, string name) =>
        IsWellFormed(name)
        && (IsPortal(address, name)
            || string.Equals(name, address.BaseDomain, StringComparison.Ordinal)
            || IsBeneath(name, address.BaseDomain));

    public static bool IsBeneath(string name, string domain) =>
        name.Length > domain.Length + 1 && name[^(domain.Length + 1)] == '.' && name.EndsWith(domain, StringComparison.Ordinal);

    public static bool IsWellFormed(string name)
    {
        if (name.Length is 0 or > MaxLength)
        {
            return false;
        }

        foreach (var range in name.AsSpan().Split('.'))
        {
            var label = name.AsSpan(range);
            if (label.Length is 0 or > DnsLabel.MaxLength || label[0] == '-' || label[^1] == '-' || label.ContainsAnyExcept(LabelCharacters))
            {
                return false;
            }
        }

        return true;
    }
}
