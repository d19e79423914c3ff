using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace PortPortal.Engine.Forwarding.Nftables;

/// <summary>What one forward puts into the table.</summary>
internal static class NftElements
{
    /// <param name="forward">A forward to an address that packets can be sent on to.</param>
    /// <param name="connected">The machine's own networks, none inside another.</param>
    public static IEnumerable<NftElement> Of(PlannedForward forward, IReadOnlyList<IPNetwork> connected)
    {
        var port = forward.PublicPort.ToString(CultureInfo.InvariantCulture);
        var mark = NftElement.MarkText(forward.Mark);
        var target = forward.Target.Address;
        var isIpv4 = target.AddressFamily == AddressFamily.InterNetwork;

        yield return new(NftTable.Marks, port, mark);
        yield return new(isIpv4 ? NftTable.Forward4 : NftTable.Forward6, port, string.Create(CultureInfo.InvariantCulture, $"{target} . {forward.Target.Port}"));
        yield return new(NftTable.Inward, mark);
        yield return new(NftTable.Outward, mark);
        yield return Sibling(target, isIpv4, connected);

        if (forward.Interface is not null)
        {
            yield return new(NftTable.InterfaceBound, port);
            yield return new(NftTable.Interfaces, $"\"{forward.Interface}\" . {port}");
        }

        if (!forward.Sources.IsEmpty)
        {
            yield return new(NftTable.SourceBound, port);
            foreach (var network in Networks.WithoutNested(forward.Sources))
            {
                var set = network.BaseAddress.AddressFamily == AddressFamily.InterNetwork ? NftTable.Sources4 : NftTable.Sources6;
                yield return new(set, $"{NftElement.NetworkText(network)} . {port}");
            }
        }

        if (forward.KnockRequired)
        {
            yield return new(NftTable.KnockBound, port);
        }
    }

    public static NftElement Knock(uint mark, IPAddress visitor) =>
        new(visitor.AddressFamily == AddressFamily.InterNetwork ? NftTable.Knocked4 : NftTable.Knocked6, $"{NftElement.MarkText(mark)} . {visitor}");

    private static NftElement Sibling(IPAddress target, bool isIpv4, IReadOnlyList<IPNetwork> connected)
    {
        foreach (var network in connected)
        {
            if (network.Contains(target))
            {
                return new(isIpv4 ? NftTable.Siblings4 : NftTable.Siblings6, $"{NftElement.NetworkText(network)} . {NftElement.NetworkText(network)}");
            }
        }

        return new(isIpv4 ? NftTable.Selves4 : NftTable.Selves6, $"{target} . {target}");
    }
}
