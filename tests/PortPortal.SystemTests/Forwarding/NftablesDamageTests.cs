using PortPortal.Engine.Forwarding;

namespace PortPortal.SystemTests.Forwarding;

/// <summary>What strangers do to the table is noticed within a second, named, and mended; open flows go on where they were right.</summary>
public sealed class NftablesDamageTests(LabFixture fixture) : NftablesTests(fixture), IClassFixture<LabFixture>
{
    [SystemFact("nft")]
    public async Task R25_FlushedRuleset_IsNoticedAndMended_AndOpenFlowsGoOn()
    {
        var (forward, app) = Forward("web");
        await ApplyAsync(forward, Other);
        await using var flow = await VisitAsync(forward);

        await DisturbAsync("nft flush ruleset");

        Assert.Equal(DriftKind.Missing, Assert.Single(await InspectAsync()).Kind);
        Assert.True(await flow!.EchoAsync());
        Assert.Equal(DriftKind.Missing, Assert.Single((await ApplyAsync(forward, Other)).Mended).Kind);
        Assert.True(await flow.EchoAsync());
        await AssertCarriedByTheKernelAsync(forward, app);
        Assert.Empty((await ApplyAsync(forward, Other)).Mended);
    }

    [SystemFact("nft")]
    public async Task R25_DeletedElement_IsNamedAndMended()
    {
        var (forward, app) = Forward("web");
        await ApplyAsync(forward, Other);
        await using var flow = await VisitAsync(forward);

        await DisturbAsync($"nft delete element inet portportal forward4 {{ {forward.PublicPort} }}");

        var drift = Assert.Single((await ApplyAsync(forward, Other)).Mended);
        Assert.Equal((DriftKind.Missing, forward.Mark, forward.PublicPort), (drift.Kind, drift.Mark, drift.PublicPort));
        Assert.Equal($"forward4 {{ {forward.PublicPort} : 10.77.0.2 . {forward.Target.Port} }}", drift.Wanted);
        Assert.Null(drift.Found);
        Assert.True(await flow!.EchoAsync());
        await AssertCarriedByTheKernelAsync(forward, app);
    }

    [SystemFact("nft")]
    public async Task R25_ChangedTarget_IsNamedAndMended_AndWhoWentThereIsCut()
    {
        var (forward, app) = Forward("web");
        Lab.StartApp(Lab.Sibling, "elsewhere", "10.77.0.3", out var elsewhere);
        await ApplyAsync(forward, Other);

        await DisturbAsync($$"""
            nft 'delete element inet portportal forward4 { {{forward.PublicPort}} }; add element inet portportal forward4 { {{forward.PublicPort}} : 10.77.0.3 . {{elsewhere.Port}} }'
            """);
        await using var misled = await VisitAsync(forward);
        Assert.Equal("elsewhere", misled?.App);

        var drift = Assert.Single((await ApplyAsync(forward, Other)).Mended);

        Assert.Equal((DriftKind.Changed, forward.Mark), (drift.Kind, drift.Mark));
        Assert.Contains("10.77.0.3", drift.Found, StringComparison.Ordinal);
        Assert.Contains("10.77.0.2", drift.Wanted, StringComparison.Ordinal);
        Assert.False(await misled!.EchoAsync());
        await AssertCarriedByTheKernelAsync(forward, app);
    }

    [SystemFact("nft")]
    public async Task R25_StrayForward_IsNamedAndRemoved_AndItsFlowsAreCut()
    {
        const int StrayPort = 32000;
        Lab.StartApp(Lab.Sibling, "stray", "10.77.0.3", out var target);
        await ApplyAsync(Other);

        await DisturbAsync($$"""
            nft 'add element inet portportal marks { {{StrayPort}} : 0x50abcdef }; add element inet portportal forward4 { {{StrayPort}} : 10.77.0.3 . {{target.Port}} };
                 add element inet portportal inward { 0x50abcdef }; add element inet portportal outward { 0x50abcdef }'
            """);
        await using var flow = await ForwardingLab.DialAsync(Lab.Visitor, ForwardingLab.HostAddress, StrayPort);
        Assert.Equal("stray", flow?.App);

        var drift = Assert.Single((await ApplyAsync(Other)).Mended);

        Assert.Equal((DriftKind.LeftOver, 0xabcdefu, StrayPort), (drift.Kind, drift.Mark, drift.PublicPort));
        Assert.False(await flow!.EchoAsync());
        Assert.Null(await ReachAsync(Lab.Visitor, ForwardingLab.HostAddress, StrayPort));
    }

    [SystemFact("nft")]
    public async Task R25_ForeignRuleInOurTable_IsNoticedAndRemoved_AndCountersGoOn()
    {
        var (forward, app) = Forward("web");
        await ApplyAsync(forward, Other);
        await using var flow = await VisitAsync(forward);
        await flow!.EchoAsync(50_000);

        await DisturbAsync("nft insert rule inet portportal gate accept");

        Assert.Equal(DriftKind.Changed, Assert.Single((await ApplyAsync(forward, Other)).Mended).Kind);
        Assert.Equal("0\n", await Lab.Host.RunAsync("nft list chain inet portportal gate | grep -c '^\t\taccept' || true"));
        Assert.True(await flow.EchoAsync());
        await AssertCarriedByTheKernelAsync(forward, app);
        var traffic = Assert.Single(await Fixture.Forwarder.ReadTrafficAsync(CancellationToken.None), t => t.Mark == forward.Mark);
        Assert.Equal(2, traffic.Connections);
        Assert.InRange(traffic.BytesIn, 50_000, 100_000);
    }

    [SystemFact("nft")]
    public async Task ChangesInOtherTables_AreNobodysDamage()
    {
        await ApplyAsync(Other);
        var before = await Fixture.Forwarder.DisturbancesAsync();

        await Lab.Host.RunAsync("nft 'table ip theirs { set x { type ipv4_addr; }; }'; nft delete table ip theirs");
        await Task.Delay(500);

        Assert.Equal(before, await Fixture.Forwarder.DisturbancesAsync());
        Assert.Empty((await ApplyAsync(Other)).Mended);
    }

    [SystemFact]
    public async Task OwnChanges_DisturbNobody()
    {
        var before = await Fixture.Forwarder.DisturbancesAsync();
        await ApplyAsync(Other);
        await ApplyAsync(Forward("web").Forward, Other);
        await ApplyAsync();
        await Task.Delay(500);

        Assert.Equal(before, await Fixture.Forwarder.DisturbancesAsync());
    }

    /// <summary>Does damage and waits until it was noticed, a second at most.</summary>
    private async Task DisturbAsync(string command)
    {
        var before = await Fixture.Forwarder.DisturbancesAsync();
        await Lab.Host.RunAsync(command);
        await Eventually.TrueAsync(async () => await Fixture.Forwarder.DisturbancesAsync() > before, "the forwarder notices", TimeSpan.FromSeconds(1));
    }

    private Task<System.Collections.Immutable.ImmutableArray<ForwardDrift>> InspectAsync() => Fixture.Forwarder.InspectAsync(CancellationToken.None);
}
