using System.Net;
using System.Net.Sockets;

namespace PortPortal.Engine.Sessions;

/// <summary>Addresses that no session may have, whatever the settings say, and why.</summary>
/// <remarks>
/// IANA's special-purpose registries (RFC 6890) and the metadata services of the clouds. All forms that carry an IPv4 address inside an
/// IPv6 one are here: what is meant can be written as the IPv4 address itself, and then be judged.
/// </remarks>
internal static class ForbiddenNetworks
{
    private const string Metadata = "the metadata service of a cloud";
    private const string Ipv4InDisguise = "an IPv4 address in IPv6 form: write the IPv4 address itself";

    private static readonly (IPNetwork Network, string What)[] Ordered =
    [
        Net("0.0.0.0/8", "unspecified"),
        Net("169.254.0.0/16", "link-local, where clouds keep their metadata"),
        Net("100.100.100.200/32", Metadata),
        Net("168.63.129.16/32", Metadata),
        Net("192.0.0.0/24", "reserved, and the metadata service of some clouds"),
        Net("224.0.0.0/4", "multicast"),
        Net("255.255.255.255/32", "broadcast"),
        Net("240.0.0.0/4", "reserved"),
        Net("::/128", "unspecified"),
        Net("::ffff:0:0:0/96", Ipv4InDisguise),
        Net("64:ff9b::/96", Ipv4InDisguise),
        Net("64:ff9b:1::/48", Ipv4InDisguise),
        Net("2002::/16", Ipv4InDisguise),
        Net("2001::/32", Ipv4InDisguise),
        Net("fe80::/10", "link-local"),
        Net("fec0::/10", "site-local, which is no longer in use"),
        Net("ff00::/8", "multicast"),
        Net("fd00:ec2::/32", Metadata),
        Net("fd20:ce::254/128", Metadata),
    ];

    private static readonly IPNetwork Ipv4Compatible = IPNetwork.Parse("::/96");

    /// <summary>What <paramref name="address"/> is, to stand after "is"; null where nothing speaks against it.</summary>
    public static string? Find(IPAddress address)
    {
        // IPNetwork takes a mapped address for the IPv4 address in it, so these cannot stand in the list.
        if (address.IsIPv4MappedToIPv6)
        {
            return Ipv4InDisguise;
        }

        foreach (var (network, what) in Ordered)
        {
            if (network.Contains(address))
            {
                return what;
            }
        }

        return CarriesIpv4(address) ? Ipv4InDisguise : null;
    }

    /// <summary>IPv4-compatible addresses but for ::1, and ISATAP's (RFC 5214), known by their lower half only.</summary>
    private static bool CarriesIpv4(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        var isIsatap = bytes[8] is 0 or 2 && bytes[9..12].SequenceEqual((ReadOnlySpan<byte>)[0, 0x5e, 0xfe]);
        return isIsatap || (Ipv4Compatible.Contains(address) && !IPAddress.IsLoopback(address));
    }

    private static (IPNetwork Network, string What) Net(string network, string what) => (IPNetwork.Parse(network), what);
}
