using System.Net;

namespace PortPortal.Engine.Forwarding;

/// <summary>Sums over lists of networks.</summary>
internal static class Networks
{
    /// <summary>The same addresses without networks that lie in another one; the kernel's interval sets refuse overlaps.</summary>
    public static List<IPNetwork> WithoutNested(IEnumerable<IPNetwork> networks)
    {
        var kept = new List<IPNetwork>();
        foreach (var network in networks.OrderBy(n => n.PrefixLength).ThenBy(n => n.ToString(), StringComparer.Ordinal))
        {
            if (!kept.Exists(wider => wider.Contains(network.BaseAddress)))
            {
                kept.Add(network);
            }
        }

        return kept;
    }
}
