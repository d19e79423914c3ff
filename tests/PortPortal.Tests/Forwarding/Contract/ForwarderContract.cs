using System.Collections.Immutable;
using System.Net;
using PortPortal.Engine.Forwarding;

namespace PortPortal.Tests.Forwarding.Contract;

/// <summary>What every driver promises: the kernel's, the relay and the fake pass the same suite.</summary>
public abstract class ForwarderContract : IAsyncLifetime
{
    private uint _nextMark;

    protected ForwarderWorld World { get; private set; } = null!;

    protected abstract Task<ForwarderWorld> StartAsync();

    public async Task InitializeAsync() => World = await StartAsync();

    public async Task DisposeAsync() => await World.DisposeAsync();

    [ContractFact]
    public async Task F01_F03_P10_Apply_NewForward_LeadsToTheApp()
    {
        var forward = await ForwardToAsync("web");

        var report = await ApplyAsync(forward);

        Assert.Equal([forward.Mark], report.Items.Where(i => i.Applied).Select(i => i.Mark));
        await AssertReachesAsync("web", forward);
    }

    [ContractFact]
    public async Task F17_Apply_TwoAppsOnTheirOwnPorts_EachLeadsToItsOwn()
    {
        var (left, right) = (await ForwardToAsync("left"), await ForwardToAsync("right"));

        await ApplyAsync(left, right);

        await AssertReachesAsync("left", left);
        await AssertReachesAsync("right", right);
    }

    [ContractFact]
    public async Task Apply_SamePlanAgain_LeavesOpenFlowsAlone()
    {
        var forward = await ForwardToAsync("web");
        await ApplyAsync(forward);
        await using var flow = await World.ConnectAsync(forward.PublicPort);

        var report = await ApplyAsync(forward with { Sources = [.. forward.Sources] });

        Assert.Empty(report.Mended);
        Assert.True(await flow!.EchoAsync());
    }

    [ContractFact]
    public async Task Apply_OneMore_LeavesOpenFlowsOfTheOthersAlone()
    {
        var (first, second) = (await ForwardToAsync("first"), await ForwardToAsync("second"));
        await ApplyAsync(first);
        await using var flow = await World.ConnectAsync(first.PublicPort);

        await ApplyAsync(first, second);

        Assert.True(await flow!.EchoAsync());
        await AssertReachesAsync("second", second);
    }

    [ContractFact]
    public async Task F10_P34_Apply_WithoutAForward_RefusesNewOnesAndCutsOpenOnes()
    {
        // The other forward stays: without it the kernel's table of flows may be emptied by accident.
        var (closed, other) = (await ForwardToAsync("closed"), await ForwardToAsync("other"));
        await ApplyAsync(closed, other);
        await using var flow = await World.ConnectAsync(closed.PublicPort);
        await using var otherFlow = await World.ConnectAsync(other.PublicPort);
        Assert.True(await flow!.EchoAsync());

        await ApplyAsync(other);

        Assert.False(await flow.EchoAsync());
        Assert.Null(await World.ConnectAsync(closed.PublicPort));
        Assert.True(await otherFlow!.EchoAsync());
        await AssertReachesAsync("other", other);
    }

    [ContractFact]
    public async Task F10_Apply_PortOfAClosedForward_IsFreeAndLeadsTheNextOwnersVisitorsToIt()
    {
        var (former, other) = (await ForwardToAsync("former"), await ForwardToAsync("other"));
        await ApplyAsync(former, other);
        await using var flow = await World.ConnectAsync(former.PublicPort);
        var next = (await ForwardToAsync("next")) with { PublicPort = former.PublicPort };

        var report = await ApplyAsync(next, other);

        Assert.All(report.Items, item => Assert.True(item.Applied, item.Reason));
        Assert.False(await flow!.EchoAsync());
        await AssertReachesAsync("next", next);
    }

    [ContractFact]
    public async Task Apply_OtherTarget_CutsOpenFlowsAndLeadsToTheNewOne()
    {
        var (forward, other) = (await ForwardToAsync("old"), await ForwardToAsync("other"));
        await ApplyAsync(forward, other);
        await using var flow = await World.ConnectAsync(forward.PublicPort);

        await ApplyAsync(forward with { Target = await World.StartAppAsync("new") }, other);

        Assert.False(await flow!.EchoAsync());
        await AssertReachesAsync("new", forward);
    }

    [ContractFact]
    public async Task F25_Apply_PortOfAnotherProcess_IsRefusedAndTheRestApplied()
    {
        var (lost, sound) = (await ForwardToAsync("lost"), await ForwardToAsync("sound"));
        await using var process = await World.OccupyAsync(lost.PublicPort);

        var report = await ApplyAsync(lost, sound);

        Assert.Equal(ForwardFault.PortInUse, Assert.Single(report.Items, i => i.Mark == lost.Mark).Fault);
        Assert.Contains(report.Items, i => i.Mark == sound.Mark && i.Applied);
        await AssertReachesAsync("sound", sound);
    }

    [ContractFact]
    public async Task F25_Apply_PortThatGotFreeAgain_IsTakenTheNextTime()
    {
        var forward = await ForwardToAsync("web");
        await using (await World.OccupyAsync(forward.PublicPort))
        {
            await ApplyAsync(forward);
        }

        var report = await ApplyAsync(forward);

        Assert.True(Assert.Single(report.Items).Applied);
        await AssertReachesAsync("web", forward);
    }

    [ContractFact]
    public async Task Apply_ItemsThatCannotBe_AreRefusedWithTheReasonAndTheRestApplied()
    {
        var sound = await ForwardToAsync("sound");
        PlannedForward[] faulty =
        [
            sound with { Mark = 101 },
            sound with { Mark = 102, PublicPort = PublicPorts.First - 1 },
            sound with { Mark = 103, PublicPort = PublicPorts.Last, Target = new(IPAddress.Any, 80) },
            sound with { Mark = 104, PublicPort = PublicPorts.Last, Target = new(IPAddress.Parse("224.0.0.1"), 80) },
            sound with { Mark = 105, PublicPort = PublicPorts.Last, Interface = "x\"; flush" },
            sound with { Mark = 0, PublicPort = PublicPorts.Last },
        ];

        var report = await ApplyAsync([sound, .. faulty]);

        Assert.All(report.Items.Where(i => i.Mark != sound.Mark), item => Assert.Equal((ForwardFault.Invalid, true), (item.Fault, item.Reason is { Length: > 10 })));
        Assert.Equal(faulty.Length + 1, report.Items.Length);
        await AssertReachesAsync("sound", sound);
    }

    [ContractFact]
    public async Task Sources_OnlyListedNetworksConnect()
    {
        var forward = (await ForwardToAsync("web")) with { Sources = [new(World.Visitor, 32), IPNetwork.Parse("198.51.100.0/24"), IPNetwork.Parse("198.51.100.128/25")] };

        await ApplyAsync(forward);

        await AssertReachesAsync("web", forward);
        Assert.Null(await World.ConnectAsync(forward.PublicPort, World.OtherVisitor));
    }

    [ContractFact]
    public async Task Sources_Narrowed_CutsOpenFlows()
    {
        var (forward, other) = (await ForwardToAsync("web"), await ForwardToAsync("other"));
        await ApplyAsync(forward, other);
        await using var flow = await World.ConnectAsync(forward.PublicPort);

        await ApplyAsync(forward with { Sources = [new(World.OtherVisitor, 32)] }, other);

        Assert.False(await flow!.EchoAsync());
        Assert.Null(await World.ConnectAsync(forward.PublicPort));
    }

    [ContractFact]
    public async Task Knock_OnlyTheAdmittedAddressConnects_AndOnlyForItsTime()
    {
        var forward = (await ForwardToAsync("web")) with { KnockRequired = true };
        await ApplyAsync(forward);
        Assert.Null(await World.ConnectAsync(forward.PublicPort));

        Assert.True(await World.Forwarder.AdmitAsync(forward.Mark, World.Visitor, TimeSpan.FromSeconds(2), CancellationToken.None));

        await AssertReachesAsync("web", forward);
        Assert.Null(await World.ConnectAsync(forward.PublicPort, World.OtherVisitor));
        await Task.Delay(TimeSpan.FromSeconds(2.2));
        Assert.Null(await World.ConnectAsync(forward.PublicPort));
    }

    [ContractFact]
    public async Task Knock_Again_LastsLonger()
    {
        var forward = (await ForwardToAsync("web")) with { KnockRequired = true };
        await ApplyAsync(forward);
        await World.Forwarder.AdmitAsync(forward.Mark, World.Visitor, TimeSpan.FromSeconds(1), CancellationToken.None);
        await World.Forwarder.AdmitAsync(forward.Mark, World.Visitor, TimeSpan.FromHours(1), CancellationToken.None);

        await Task.Delay(TimeSpan.FromSeconds(1.2));

        await AssertReachesAsync("web", forward);
    }

    [ContractFact]
    public async Task Knock_ForTheFormerOwnerOfAPort_IsWorthNothingToTheNext()
    {
        var former = (await ForwardToAsync("former")) with { KnockRequired = true };
        await ApplyAsync(former);
        await World.Forwarder.AdmitAsync(former.Mark, World.Visitor, TimeSpan.FromHours(1), CancellationToken.None);
        var next = (await ForwardToAsync("next")) with { PublicPort = former.PublicPort, KnockRequired = true };

        await ApplyAsync(next);

        Assert.Null(await World.ConnectAsync(next.PublicPort));
    }

    [ContractFact]
    public async Task Knock_WhereNoneIsAskedFor_IsRefused()
    {
        var forward = await ForwardToAsync("web");
        await ApplyAsync(forward);

        Assert.False(await World.Forwarder.AdmitAsync(forward.Mark, World.Visitor, TimeSpan.FromHours(1), CancellationToken.None));
        Assert.False(await World.Forwarder.AdmitAsync(999, World.Visitor, TimeSpan.FromHours(1), CancellationToken.None));
    }

    [ContractFact]
    public async Task Traffic_CountsBytesBothWaysAndConnections()
    {
        const int Bytes = 100_000;
        var (busy, idle) = (await ForwardToAsync("busy"), await ForwardToAsync("idle"));
        await ApplyAsync(busy, idle);
        await using var first = await World.ConnectAsync(busy.PublicPort);
        await using var second = await World.ConnectAsync(busy.PublicPort);
        Assert.True(await first!.EchoAsync(Bytes));

        var traffic = await World.Forwarder.ReadTrafficAsync(CancellationToken.None);

        var counted = Assert.Single(traffic, t => t.Mark == busy.Mark);
        Assert.Equal(2, counted.Connections);
        Assert.InRange(counted.BytesIn, Bytes, Bytes * 2);
        Assert.InRange(counted.BytesOut, Bytes, Bytes * 2);
        Assert.Equal(new(idle.Mark, 0, 0, 0), Assert.Single(traffic, t => t.Mark == idle.Mark));
    }

    [ContractFact]
    public async Task Traffic_OfAClosedForward_IsNotListed()
    {
        var (closed, other) = (await ForwardToAsync("closed"), await ForwardToAsync("other"));
        await ApplyAsync(closed, other);
        await ApplyAsync(other);

        Assert.Equal([other.Mark], (await World.Forwarder.ReadTrafficAsync(CancellationToken.None)).Select(t => t.Mark));
    }

    [ContractFact]
    public async Task Inspect_OfWhatWasApplied_FindsNothing()
    {
        await ApplyAsync(await ForwardToAsync("web"), (await ForwardToAsync("knock")) with { KnockRequired = true });

        Assert.Empty(await World.Forwarder.InspectAsync(CancellationToken.None));
    }

    [ContractFact]
    public async Task P34_Apply_EmptyPlan_ClosesEverything()
    {
        var forward = await ForwardToAsync("web");
        await ApplyAsync(forward);

        var report = await World.Forwarder.ApplyAsync(ForwardPlan.Empty, CancellationToken.None);

        Assert.Empty(report.Items);
        Assert.Null(await World.ConnectAsync(forward.PublicPort));
    }

    [ContractFact]
    public async Task Change_OneMore_LeadsToTheAppAndLeavesTheOthersAlone()
    {
        var (first, second) = (await ForwardToAsync("first"), await ForwardToAsync("second"));
        await ApplyAsync(first);
        await using var flow = await World.ConnectAsync(first.PublicPort);

        var report = await ChangeAsync([second, first with { Sources = [.. first.Sources] }]);

        Assert.Equal([first.Mark, second.Mark], report.Items.Where(item => item.Applied).Select(item => item.Mark).Order());
        Assert.True(await flow!.EchoAsync());
        await AssertReachesAsync("second", second);
        Assert.Empty(await World.Forwarder.InspectAsync(CancellationToken.None));
        Assert.Empty((await ApplyAsync(first, second)).Mended);
    }

    [ContractFact]
    public async Task Change_OneLess_CutsItsFlowsAndFreesItsPort()
    {
        var (kept, closed, next) = (await ForwardToAsync("kept"), await ForwardToAsync("closed"), await ForwardToAsync("next"));
        await ApplyAsync(kept, closed);
        await using var flow = await World.ConnectAsync(closed.PublicPort);
        await using var keptFlow = await World.ConnectAsync(kept.PublicPort);

        await ChangeAsync([next with { PublicPort = closed.PublicPort }], closed.Mark, 0xABCDEF);

        Assert.False(await flow!.EchoAsync());
        Assert.True(await keptFlow!.EchoAsync());
        await AssertReachesAsync("next", closed);
        Assert.Empty(await World.Forwarder.InspectAsync(CancellationToken.None));
    }

    [ContractFact]
    public async Task Change_OtherRules_CutOpenFlowsAndForgetKnocks()
    {
        var forward = await ForwardToAsync("web") with { KnockRequired = true };
        await ApplyAsync(forward);
        await World.Forwarder.AdmitAsync(forward.Mark, World.Visitor, TimeSpan.FromMinutes(1), CancellationToken.None);
        await using var flow = await World.ConnectAsync(forward.PublicPort);
        var other = forward with { Target = await World.StartAppAsync("other") };

        await ChangeAsync([other]);
        var unknown = await World.ConnectAsync(forward.PublicPort);
        await ChangeAsync([other with { KnockRequired = false }]);

        Assert.False(await flow!.EchoAsync());
        Assert.Null(unknown);
        await AssertReachesAsync("other", forward);
    }

    [ContractFact]
    public async Task Change_PortOfAnotherForward_IsRefused()
    {
        var (first, second) = (await ForwardToAsync("first"), await ForwardToAsync("second"));
        await ApplyAsync(first);

        var report = await ChangeAsync([second with { PublicPort = first.PublicPort }]);

        Assert.Equal(ForwardFault.PortInUse, Assert.Single(report.Items).Fault);
        await AssertReachesAsync("first", first);
    }

    [ContractFact]
    public void Status_SaysWhichDriverAndWhy()
    {
        Assert.NotEmpty(World.Forwarder.Status.Name);
        Assert.EndsWith(".", World.Forwarder.Status.Reason, StringComparison.Ordinal);
    }

    protected async Task<PlannedForward> ForwardToAsync(string app) => new()
    {
        Mark = ++_nextMark,
        PublicPort = World.FreePort(),
        Target = await World.StartAppAsync(app),
    };

    protected Task<ForwardReport> ApplyAsync(params ImmutableArray<PlannedForward> forwards) => World.Forwarder.ApplyAsync(new(forwards), CancellationToken.None);

    protected async Task<ForwardReport> ChangeAsync(ImmutableArray<PlannedForward> opened, params uint[] closed) =>
        await World.Forwarder.ChangeAsync(new(new(opened), closed), CancellationToken.None) ?? throw new InvalidOperationException("The driver asks for the whole plan, though nobody touched anything.");

    protected async Task AssertReachesAsync(string app, PlannedForward forward)
    {
        await using var flow = await World.ConnectAsync(forward.PublicPort);
        Assert.Equal(app, flow?.App);
        Assert.True(await flow!.EchoAsync());
    }
}
