using System.Net;
using System.Net.Sockets;
using PortPortal.Engine.Forwarding.Netlink;

namespace PortPortal.Engine.Forwarding.Nftables;

/// <summary>What of the machine's own configuration decides how packets may be sent on.</summary>
/// <param name="Connected">The networks its interfaces are in, none inside another.</param>
/// <param name="ForwardsIpv4">Whether the kernel sends on IPv4 packets at all.</param>
/// <param name="ForwardsIpv6">The same for IPv6.</param>
internal sealed record HostNetworks(IReadOnlyList<IPNetwork> Connected, bool ForwardsIpv4, bool ForwardsIpv6)
{
    private const string Ipv4Setting = "net.ipv4.ip_forward";
    private const string Ipv6Setting = "net.ipv6.conf.all.forwarding";

    /// <summary>Why the kernel cannot carry packets to a target; null where it can.</summary>
    /// <remarks>
    /// PortPortal does not switch a machine into a router by itself: for IPv6 that costs it its own default route where it got one
    /// by advertisement. Loopback targets would need <c>route_localnet</c>, which opens every loopback service to the neighbours.
    /// </remarks>
    public string? ObstacleTo(IPAddress target)
    {
        if (IPAddress.IsLoopback(target))
        {
            return "The target is a loopback address of this machine, so the userspace relay carries it.";
        }

        return target.AddressFamily == AddressFamily.InterNetwork
            ? ForwardsIpv4 ? null : SwitchedOff("IPv4", Ipv4Setting)
            : ForwardsIpv6 ? null : SwitchedOff("IPv6", Ipv6Setting);
    }

    public bool Equals(HostNetworks? other) => other is not null
        && ForwardsIpv4 == other.ForwardsIpv4
        && ForwardsIpv6 == other.ForwardsIpv6
        && Connected.SequenceEqual(other.Connected);

    public override int GetHashCode() => HashCode.Combine(Connected.Count, ForwardsIpv4, ForwardsIpv6);

    /// <summary>As it is now, in the network namespace of the socket.</summary>
    public static HostNetworks Read(NetlinkSocket route) => new(Networks.WithoutNested(ReadConnected(route)), IsOn("ipv4/ip_forward"), IsOn("ipv6/conf/all/forwarding"));

    private static string SwitchedOff(string family, string setting) =>
        $"This machine does not send on {family} packets, so the userspace relay carries it; \"sysctl -w {setting}=1\" changes that.";

    private static bool IsOn(string setting)
    {
        try
        {
            return File.ReadAllText($"/proc/sys/net/{setting}").Trim() is not "0";
        }
        catch (IOException)
        {
            return false; // a kernel without that family
        }
    }

    private static List<IPNetwork> ReadConnected(NetlinkSocket route)
    {
        const ushort GetAddress = 22;
        const int Address = 1;
        var networks = new List<IPNetwork>();
        var request = new NetlinkWriter(route.ReserveSequence(1));
        request.Begin(GetAddress, NetlinkWriter.Dump);
        request.Raw(stackalloc byte[8]);
        request.End();
        route.Dump(request, message =>
        {
            var prefixLength = message.Payload[1];
            var address = NetlinkAttributes.Find(message.Payload[8..], Address);
            if (address.Length is 4 or 16 && prefixLength > 0 && IsShared(new(address)))
            {
                networks.Add(NetworkOf(address, prefixLength));
            }
        });
        return networks;
    }

    private static bool IsShared(IPAddress address) => !IPAddress.IsLoopback(address) && !address.IsIPv6LinkLocal;

    private static IPNetwork NetworkOf(ReadOnlySpan<byte> address, int prefixLength)
    {
        var network = address.ToArray();
        for (var bit = prefixLength; bit < network.Length * 8; bit++)
        {
            network[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        }

        return new(new IPAddress(network), prefixLength);
    }
}
