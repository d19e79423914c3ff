using System.Net;
using System.Net.Sockets;

namespace PortPortal.Engine.Accounts;

/// <summary>The key under which tries from one place are counted.</summary>
internal static class ClientAddress
{
    /// <summary>An IPv4 address whole, an IPv6 address by its /64: a subscriber has all of the latter.</summary>
    public static string Bucket(string? from)
    {
        if (!IPAddress.TryParse(from, out var address))
        {
            return "unknown";
        }

        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address.ToString();
        }

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes).ToString();
    }
}
