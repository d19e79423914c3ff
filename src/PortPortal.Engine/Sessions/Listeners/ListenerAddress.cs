using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace PortPortal.Engine.Sessions.Listeners;

/// <summary>Where one port listens: all the addresses its sockets are bound to, as one value.</summary>
public sealed class ListenerAddress : IEquatable<ListenerAddress>
{
    /// <param name="bound">At least one; order and repetition do not matter.</param>
    /// <param name="ipv6Only">True where <c>::</c> is among them and does not take IPv4.</param>
    public ListenerAddress(IEnumerable<IPAddress> bound, bool ipv6Only = false)
    {
        Bound = [.. bound.Distinct().OrderBy(address => address.AddressFamily).ThenBy(address => address.ToString(), StringComparer.Ordinal)];
        var takesAllIpv6 = Bound.Contains(IPAddress.IPv6Any);
        var takesAllIpv4 = Bound.Contains(IPAddress.Any) || (takesAllIpv6 && !ipv6Only);
        AcceptsIpv4 = takesAllIpv4 || Bound.Any(address => address.AddressFamily == AddressFamily.InterNetwork);
        AcceptsIpv6 = Bound.Any(address => address.AddressFamily == AddressFamily.InterNetworkV6);
        Reach = takesAllIpv4 || takesAllIpv6 ? ListenerReach.Any
            : Bound.All(IPAddress.IsLoopback) ? ListenerReach.Loopback
            : ListenerReach.Specific;
        DialOrder = [.. Dialled(takesAllIpv4, takesAllIpv6).Distinct()];
    }

    /// <summary>As the sockets are bound, IPv4 first.</summary>
    public ImmutableArray<IPAddress> Bound { get; }

    public ListenerReach Reach { get; }

    public bool AcceptsIpv4 { get; }

    public bool AcceptsIpv6 { get; }

    /// <summary>What a client in the same network namespace dials, best first.</summary>
    public ImmutableArray<IPAddress> DialOrder { get; }

    public bool Equals(ListenerAddress? other) =>
        other is not null && AcceptsIpv4 == other.AcceptsIpv4 && Bound.AsSpan().SequenceEqual(other.Bound.AsSpan());

    public override bool Equals(object? obj) => Equals(obj as ListenerAddress);

    public override int GetHashCode() => HashCode.Combine(Bound.Length, Bound[0], AcceptsIpv4);

    public override string ToString() => Reach switch
    {
        ListenerReach.Any when AcceptsIpv4 && AcceptsIpv6 => "any address",
        ListenerReach.Any => AcceptsIpv4 ? "any IPv4 address" : "any IPv6 address",
        _ => string.Join(", ", Bound),
    };

    private IEnumerable<IPAddress> Dialled(bool takesAllIpv4, bool takesAllIpv6)
    {
        if (takesAllIpv4)
        {
            yield return IPAddress.Loopback;
        }

        if (takesAllIpv6)
        {
            yield return IPAddress.IPv6Loopback;
        }

        foreach (var address in Bound.Where(a => !a.Equals(IPAddress.Any) && !a.Equals(IPAddress.IPv6Any)).OrderByDescending(IPAddress.IsLoopback))
        {
            yield return address;
        }
    }
}

/// <summary>Who could reach a port if nothing stood in front of it.</summary>
public enum ListenerReach
{
    /// <summary>Programs of the same machine only.</summary>
    Loopback,

    /// <summary>Whoever reaches one of the addresses it is bound to.</summary>
    Specific,

    /// <summary>Whoever reaches the machine.</summary>
    Any,
}
