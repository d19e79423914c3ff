namespace PortPortal.Engine.Forwarding.Nftables;

/// <summary>Our table's names and the shapes of its sets; <see cref="NftablesScript"/> says how they are used.</summary>
internal static class NftTable
{
    public const string Name = "portportal";

    /// <summary>The name as the kernel spells it.</summary>
    public static ReadOnlySpan<byte> WireName => "portportal\0"u8;

    /// <summary>Tells our connection marks from those of other programs; the other 24 bits are the forward's identity.</summary>
    public const uint MarkPrefix = 0x5000_0000;

    /// <summary>Which forward a public port is.</summary>
    public static readonly NftSet Marks = new("marks", [NftType.Port], [NftType.Mark]);

    /// <summary>Where a public port leads; the counter counts connections, for only the first packet of one gets here.</summary>
    public static readonly NftSet Forward4 = new("forward4", [NftType.Port], [NftType.Ipv4, NftType.Port]) { Counts = true };
    public static readonly NftSet Forward6 = new("forward6", [NftType.Port], [NftType.Ipv6, NftType.Port]) { Counts = true };

    /// <summary>The forwards that are open, with what their visitors sent and got; a flow whose mark is not here is reset.</summary>
    public static readonly NftSet Inward = new("inward", [NftType.Mark]) { Counts = true };
    public static readonly NftSet Outward = new("outward", [NftType.Mark]) { Counts = true };

    /// <summary>Ports that exist on one interface only.</summary>
    public static readonly NftSet InterfaceBound = new("interface_bound", [NftType.Port]);
    public static readonly NftSet Interfaces = new("interfaces", [NftType.Interface, NftType.Port]);

    /// <summary>Ports that only some networks may use.</summary>
    public static readonly NftSet SourceBound = new("source_bound", [NftType.Port]);
    public static readonly NftSet Sources4 = new("sources4", [NftType.Ipv4, NftType.Port]) { IsInterval = true };
    public static readonly NftSet Sources6 = new("sources6", [NftType.Ipv6, NftType.Port]) { IsInterval = true };

    /// <summary>Ports that only admitted addresses may use; an admission belongs to the mark, not to the port.</summary>
    public static readonly NftSet KnockBound = new("knock_bound", [NftType.Port]);
    public static readonly NftSet Knocked4 = new("knocked4", [NftType.Mark, NftType.Ipv4]) { Expires = true };
    public static readonly NftSet Knocked6 = new("knocked6", [NftType.Mark, NftType.Ipv6]) { Expires = true };

    /// <summary>Networks whose machines reach one another without us: answers must come back through here all the same.</summary>
    public static readonly NftSet Siblings4 = new("siblings4", [NftType.Ipv4, NftType.Ipv4]) { IsInterval = true };
    public static readonly NftSet Siblings6 = new("siblings6", [NftType.Ipv6, NftType.Ipv6]) { IsInterval = true };

    /// <summary>Guests in no network of the machine, which may call themselves; apart, for a change of an interval set costs as much as it has elements.</summary>
    public static readonly NftSet Selves4 = new("selves4", [NftType.Ipv4, NftType.Ipv4]);
    public static readonly NftSet Selves6 = new("selves6", [NftType.Ipv6, NftType.Ipv6]);

    /// <summary>In the order the script declares them.</summary>
    public static readonly IReadOnlyList<NftSet> Sets =
    [
        Marks, Forward4, Forward6, Inward, Outward, InterfaceBound, Interfaces,
        SourceBound, Sources4, Sources6, KnockBound, Knocked4, Knocked6, Siblings4, Siblings6, Selves4, Selves6,
    ];

    /// <summary>The sets that <see cref="NftFound.Traffic"/> needs.</summary>
    public static readonly IReadOnlyList<NftSet> CountingSets = [Marks, Forward4, Forward6, Inward, Outward];
}

/// <summary>One set of the table, or a map where there is a <paramref name="Value"/>.</summary>
internal sealed class NftSet(string name, NftType[] key, NftType[]? value = null)
{
    public string Name => name;

    public NftType[] Key => key;

    public NftType[] Value => value ?? [];

    /// <summary>Elements count the packets and bytes that matched them.</summary>
    public bool Counts { get; init; }

    /// <summary>Keys are ranges of addresses.</summary>
    public bool IsInterval { get; init; }

    /// <summary>Elements vanish by themselves.</summary>
    public bool Expires { get; init; }
}
