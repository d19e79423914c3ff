using System.Net;
using System.Net.Sockets;
using PortPortal.Engine.Common;

namespace PortPortal.Engine.Sessions.Listeners;

/// <summary>Where one port listens: all the addresses its sockets are bound to, as one value.</summary>
internal sealed record ListenerAddress
{
    private ListenerAddress(ValueList<IPAddress> bound, bool takesAllIpv4) => (Bound, TakesAllIpv4) = (bound, takesAllIpv4);

    /// <summary>As the sockets are bound, IPv4 first.</summary>
    public ValueList<IPAddress> Bound { get; }

    public bool AcceptsIpv4 => TakesAllIpv4 || Bound.Any(address => address.AddressFamily == AddressFamily.InterNetwork);

    public bool AcceptsIpv6 => Bound.Any(address => address.AddressFamily == AddressFamily.InterNetworkV6);

    public ListenerReach Reach =>
        TakesAllIpv4 || TakesAllIpv6 ? ListenerReach.Any
        : Bound.All(IPAddress.IsLoopback) ? ListenerReach.Loopback
        : ListenerReach.Specific;

    /// <summary>What a client in the same network namespace dials, best first; never empty.</summary>
    public IEnumerable<IPAddress> DialOrder =>
    [
        .. TakesAllIpv4 ? [IPAddress.Loopback] : Array.Empty<IPAddress>(),
        .. TakesAllIpv6 ? [IPAddress.IPv6Loopback] : Array.Empty<IPAddress>(),
        .. Bound.Where(address => !IsAny(address)).OrderByDescending(IPAddress.IsLoopback),
    ];

    public bool TakesAllIpv4 { get; }

    public bool TakesAllIpv6 => Bound.Contains(IPAddress.IPv6Any);

    /// <param name="bound">At least one; order and repetition do not matter.</param>
    /// <param name="ipv6Only">True where a socket bound to <c>::</c> does not take IPv4.</param>
    public static ListenerAddress Of(IEnumerable<IPAddress> bound, bool ipv6Only = false)
    {
        var addresses = bound.Distinct().OrderBy(address => address.AddressFamily).ThenBy(address => address.ToString(), StringComparer.Ordinal).ToValueList();
        return new(addresses, addresses.Contains(IPAddress.Any) || (addresses.Contains(IPAddress.IPv6Any) && !ipv6Only));
    }

    public override string ToString() => (Reach, AcceptsIpv4, AcceptsIpv6) switch
    {
        (ListenerReach.Any, true, true) => "any address",
        (ListenerReach.Any, true, _) => "any IPv4 address",
        (ListenerReach.Any, _, _) => "any IPv6 address",
        _ => string.Join(", ", Bound),
    };

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
}

/// <summary>Who could reach a port if nothing stood in front of it.</summary>
internal enum ListenerReach
{
    /// <summary>Programs of the same machine only.</summary>
    Loopback,

    /// <summary>Whoever reaches one of the addresses it is bound to.</summary>
    Specific,

    /// <summary>Whoever reaches the machine.</summary>
    Any,
}
