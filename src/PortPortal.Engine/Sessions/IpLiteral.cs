using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace PortPortal.Engine.Sessions;

/// <summary>IP addresses as text, in the one form that everybody reads alike.</summary>
/// <remarks>
/// The framework, libc and browsers also take <c>127.1</c>, <c>0x7f.1</c>, <c>010.0.0.1</c>, <c>[::1]:80</c> and <c>fe80::1%eth0</c>, and do not agree
/// on what they mean; addresses that two programs read differently are how checks are passed by. RFC 6943 section 3.1.1.
/// </remarks>
internal static class IpLiteral
{
    public const string Rule = "four decimal numbers (10.0.0.7) or hexadecimal groups (fd00::7), without leading zeros in the numbers, brackets, zone or port";

    private const int MaxLength = 45; // eight groups, the last two as dotted numbers

    public static IPAddress? Parse(string text) => text.Contains(':') ? ParseIpv6(text) : ParseIpv4(text);

    private static IPAddress? ParseIpv4(string text)
    {
        var parts = text.Split('.');
        if (parts.Length != 4)
        {
            return null;
        }

        Span<byte> bytes = stackalloc byte[4];
        for (var i = 0; i < 4; i++)
        {
            // byte.TryParse alone would take trailing NULs.
            var hasLeadingZero = parts[i].Length > 1 && parts[i][0] == '0';
            if (hasLeadingZero || !parts[i].All(char.IsAsciiDigit) || !byte.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out bytes[i]))
            {
                return null;
            }
        }

        return new(bytes);
    }

    /// <summary>A dotted tail is read, so that the judge can name what it is; the alphabet shuts out zones, brackets and prefixes.</summary>
    private static IPAddress? ParseIpv6(string text) =>
        text.Length <= MaxLength
        && text.All(c => char.IsAsciiHexDigit(c) || c is ':' or '.')
        && (!text.Contains('.') || ParseIpv4(text[(text.LastIndexOf(':') + 1)..]) is not null)
        && IPAddress.TryParse(text, out var address)
        && address.AddressFamily == AddressFamily.InterNetworkV6
            ? address
            : null;
}
