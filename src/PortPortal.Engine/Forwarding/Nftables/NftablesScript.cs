using System.Text;

namespace PortPortal.Engine.Forwarding.Nftables;

/// <summary>The whole table as one <c>nft</c> script that replaces whatever is there in one transaction.</summary>
/// <remarks>Nothing a user typed gets in: numbers, addresses, and interface names that <see cref="ForwardPlan"/> checked.</remarks>
internal static class NftablesScript
{
    /// <summary>The rules, the same on every machine.</summary>
    /// <remarks>
    /// <c>forwards</c> sees the first packet of a connection to one of our own addresses, from outside (prerouting) and from this
    /// machine (output). Other machines' addresses never match, so what a session sends out to the same port number is left alone.
    /// Only a SYN may begin a flow: packets of one that was cut are not picked up again by a port's next owner.
    /// Loopback traffic is left to the relay, which listens on the same ports; so is a visitor of the other address family.
    /// <c>gate</c> resets every flow of ours whose forward is not open any more, and counts the others. A reset itself may pass,
    /// for the one that the gate sends takes the same way. Packets that are not tracked, such as IPv6's neighbour discovery, have no
    /// mark to compare: a rule about it does not match, so they must never get to a chain that drops.
    /// </remarks>
    private const string Chains = """
            chain prerouting {
                type nat hook prerouting priority dstnat; policy accept;
                fib daddr type local jump forwards
            }

            chain output {
                type nat hook output priority -100; policy accept;
                fib daddr type local jump forwards
            }

            chain forwards {
                ip daddr 127.0.0.0/8 return
                ip6 daddr ::1 return
                tcp flags & (fin | syn | rst | ack) != syn return
                tcp dport @interface_bound iifname . tcp dport != @interfaces return
                tcp dport @source_bound ip saddr . tcp dport != @sources4 return
                tcp dport @source_bound ip6 saddr . tcp dport != @sources6 return
                ct mark set tcp dport map @marks
                ct mark & 0xff000000 != 0x50000000 return
                tcp dport @knock_bound ct mark . ip saddr != @knocked4 return
                tcp dport @knock_bound ct mark . ip6 saddr != @knocked6 return
                dnat ip to tcp dport map @forward4
                dnat ip6 to tcp dport map @forward6
            }

            chain postrouting {
                type nat hook postrouting priority srcnat; policy accept;
                ct mark & 0xff000000 == 0x50000000 ct status dnat ip saddr . ip daddr @siblings4 masquerade
                ct mark & 0xff000000 == 0x50000000 ct status dnat ip6 saddr . ip6 daddr @siblings6 masquerade
                ct mark & 0xff000000 == 0x50000000 ct status dnat ip saddr . ip daddr @selves4 masquerade
                ct mark & 0xff000000 == 0x50000000 ct status dnat ip6 saddr . ip6 daddr @selves6 masquerade
            }

            chain gate_forward {
                type filter hook forward priority filter; policy accept;
                ct mark & 0xff000000 == 0x50000000 ct status dnat jump gate
            }

            chain gate_input {
                type filter hook input priority filter; policy accept;
                ct mark & 0xff000000 == 0x50000000 ct status dnat jump gate
            }

            chain gate_output {
                type filter hook output priority filter; policy accept;
                ct mark & 0xff000000 == 0x50000000 ct status dnat jump gate
            }

            chain gate {
                ct direction original ct mark @inward accept
                ct direction reply ct mark @outward accept
                tcp flags & rst == rst accept
                meta l4proto tcp reject with tcp reset
                drop
            }
        }

        """;

    /// <summary>The table under another name, made and unmade in one transaction: tells whether this kernel knows all of it.</summary>
    public static string Probe { get; } = Render([]).Replace($"inet {NftTable.Name}", $"inet {NftTable.Name}_probe", StringComparison.Ordinal)
        + $"delete table inet {NftTable.Name}_probe\n";

    public static string Render(IEnumerable<NftElement> elements)
    {
        var bySet = elements.ToLookup(element => element.Set);
        var script = new StringBuilder();
        script.Append("add table inet ").Append(NftTable.Name).Append('\n');
        script.Append("delete table inet ").Append(NftTable.Name).Append('\n');
        script.Append("table inet ").Append(NftTable.Name).Append(" {\n");
        foreach (var set in NftTable.Sets)
        {
            AppendSet(script, set, bySet[set]);
        }

        return script.Append(Chains).ToString();
    }

    private static void AppendSet(StringBuilder script, NftSet set, IEnumerable<NftElement> elements)
    {
        var isMap = set.Value.Length > 0;
        script.Append(isMap ? "    map " : "    set ").Append(set.Name).Append(" {\n        type ").Append(TypeText(set.Key));
        script.Append(isMap ? $" : {TypeText(set.Value)}" : string.Empty).Append(";\n");
        script.Append(set.IsInterval ? "        flags interval;\n" : string.Empty);
        script.Append(set.Expires ? "        flags timeout;\n" : string.Empty);
        script.Append(set.Counts ? "        counter;\n" : string.Empty);

        var lines = elements.Select(e => isMap ? $"            {e.Key} : {e.Value}" : $"            {e.Key}").Order(StringComparer.Ordinal).ToList();
        if (lines.Count > 0)
        {
            script.Append("        elements = {\n").AppendJoin(",\n", lines).Append("\n        }\n");
        }

        script.Append("    }\n\n");
    }

    private static string TypeText(NftType[] types) => string.Join(" . ", types.Select(type => type.NftName()));
}
