using System.Net;

namespace PortPortal.Engine.Sessions.Listeners;

/// <summary>One TCP socket in state LISTEN, as the kernel tells it.</summary>
/// <param name="Address">Where it is bound; IPv4-mapped addresses are given as the IPv4 address they mean.</param>
/// <param name="Port">1–65535.</param>
/// <param name="Inode">The socket's number, the same in every process that holds it; 0 for sockets of the kernel itself.</param>
/// <param name="Ipv6Only">Bound to <c>::</c> and closed to IPv4; /proc cannot tell and says false.</param>
internal readonly record struct ListeningSocket(IPAddress Address, int Port, uint Inode, bool Ipv6Only = false)
{
    /// <summary>The order in which scans are compared, and in which the first of a port speaks for it: widest reach, then oldest.</summary>
    public static int Compare(ListeningSocket left, ListeningSocket right)
    {
        var byPort = left.Port.CompareTo(right.Port);
        var byRank = byPort != 0 ? byPort : Rank(left.Address).CompareTo(Rank(right.Address));
        var byInode = byRank != 0 ? byRank : left.Inode.CompareTo(right.Inode);
        return byInode != 0 ? byInode : left.Ipv6Only.CompareTo(right.Ipv6Only);
    }

    private static int Rank(IPAddress address) =>
        address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) ? 0
        : address.Equals(IPAddress.Loopback) || address.Equals(IPAddress.IPv6Loopback) ? 1
        : 2;
}
