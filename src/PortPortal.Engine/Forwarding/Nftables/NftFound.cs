using System.Net;

namespace PortPortal.Engine.Forwarding.Nftables;

/// <summary>What is in the table at one moment.</summary>
internal sealed class NftFound
{
    /// <summary>Sums up sets, chains and rules without their elements and counters; equal sums are equal tables.</summary>
    public required string Structure { get; init; }

    public Dictionary<NftElement, NftCounter> Elements { get; } = [];

    /// <summary>Addresses that were admitted, and what is left of their time.</summary>
    public List<NftKnock> Knocks { get; } = [];

    /// <summary>The counters by forward.</summary>
    public IEnumerable<ForwardTraffic> Traffic()
    {
        var marks = Elements.Keys.Where(e => e.Set == NftTable.Marks).ToDictionary(e => e.Key, e => NftElement.MarkOf(e.Value));
        var byMark = new Dictionary<uint, ForwardTraffic>();
        foreach (var (element, counter) in Elements)
        {
            var mark = element.Set == NftTable.Inward || element.Set == NftTable.Outward ? NftElement.MarkOf(element.Key) : marks.GetValueOrDefault(element.Key);
            if (mark is not { } known || !element.Set.Counts)
            {
                continue;
            }

            var traffic = byMark.GetValueOrDefault(known, new(known, 0, 0, 0));
            byMark[known] = element.Set switch
            {
                _ when element.Set == NftTable.Inward => traffic with { BytesIn = counter.Bytes },
                _ when element.Set == NftTable.Outward => traffic with { BytesOut = counter.Bytes },
                _ => traffic with { Connections = counter.Packets },
            };
        }

        return byMark.Values;
    }
}

/// <summary>One address that was admitted to one forward.</summary>
internal sealed record NftKnock(NftElement Element, uint Mark, IPAddress Visitor, TimeSpan Remaining);

internal sealed record NftCounter(long Packets, long Bytes)
{
    public static readonly NftCounter Zero = new(0, 0);
}
