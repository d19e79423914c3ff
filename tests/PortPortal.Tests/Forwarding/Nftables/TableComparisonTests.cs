using System.Net;
using PortPortal.Engine.Forwarding;
using PortPortal.Engine.Forwarding.Nftables;

namespace PortPortal.Tests.Forwarding.Nftables;

public sealed class TableComparisonTests
{
    private static readonly NftElement[] Wanted = [.. Elements(1, 20001, "10.77.0.2:3000"), .. Elements(2, 20002, "10.77.0.3:3000")];

    [Fact]
    public void Drift_OfEqualTables_IsNone() => Assert.Empty(new TableComparison(Wanted, [.. Wanted.Reverse()]).Drift());

    [Fact]
    public void Drift_SeveralElementsOfOneForwardMissing_IsOneEntry()
    {
        var comparison = new TableComparison(Wanted, [.. Wanted.Where(e => e.Set == NftTable.Siblings4 || e.Set == NftTable.Selves4 || !IsOfFirst(e))]);

        var drift = Assert.Single(comparison.Drift());

        Assert.Equal((DriftKind.Missing, 1u, 20001), (drift.Kind, drift.Mark, drift.PublicPort));
        Assert.Equal("forward4 { 20001 : 10.77.0.2 . 3000 }; inward { 0x50000001 }; marks { 20001 : 0x50000001 }; outward { 0x50000001 }", drift.Wanted);
        Assert.Empty(comparison.MarksToCut());
    }

    [Fact]
    public void Drift_OtherTarget_IsAChangeWhoseFlowsAreCut()
    {
        NftElement[] found = [.. Wanted.Select(e => e.Set == NftTable.Forward4 && IsOfFirst(e) ? e with { Value = "10.0.0.66 . 22" } : e)];
        var comparison = new TableComparison(Wanted, found);

        var drift = Assert.Single(comparison.Drift());

        Assert.Equal((DriftKind.Changed, 1u, "forward4 { 20001 : 10.0.0.66 . 22 }"), (drift.Kind, drift.Mark, drift.Found));
        Assert.Equal([1u], comparison.MarksToCut());
    }

    [Fact]
    public void Drift_Stray_IsLeftOverWithItsOwnMark()
    {
        var comparison = new TableComparison(Wanted, [.. Wanted, .. Elements(9, 30000, "10.77.0.9:80").Where(e => e.Set != NftTable.Selves4)]);

        var drift = Assert.Single(comparison.Drift());

        Assert.Equal((DriftKind.LeftOver, 9u, 30000), (drift.Kind, drift.Mark, drift.PublicPort));
        Assert.Equal([9u], comparison.MarksToCut().Distinct());
    }

    private static bool IsOfFirst(NftElement element) => element.Key is "20001" or "0x50000001";

    private static IEnumerable<NftElement> Elements(uint mark, int port, string target) =>
        NftElements.Of(new() { Mark = mark, PublicPort = port, Target = IPEndPoint.Parse(target) }, [IPNetwork.Parse("10.77.0.0/29")]);
}
