using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using PortPortal.Engine.Forwarding;

namespace PortPortal.SystemTests.Forwarding;

/// <summary>The process may die at any time; what is in the kernel does not.</summary>
public sealed class NftablesRestartTests(LabFixture fixture) : NftablesTests(fixture), IClassFixture<LabFixture>
{
    [SystemFact]
    public async Task R20_KillAndRestart_DuringATransfer_LosesNothing()
    {
        var (forward, app) = Forward("web");
        await ApplyAsync(forward, Other);
        await using var transfer = SteadyTransfer.Begin((await VisitAsync(forward))!);

        await Fixture.RestartForwarderAsync();
        var report = await ApplyAsync(forward, Other);
        await Task.Delay(200);
        await ApplyAsync(forward, Other, Forward("more").Forward);

        Assert.Empty(report.Mended);
        Assert.True(await transfer.EndAsync(), "Bytes were lost or changed.");
        await AssertCarriedByTheKernelAsync(forward, app);
    }

    [SystemFact]
    public async Task R20_WhileTheProcessIsDead_TheKernelGoesOn()
    {
        var (forward, app) = Forward("web");
        await ApplyAsync(forward);
        await Fixture.KillForwarderAsync();

        await AssertCarriedByTheKernelAsync(forward, app);

        await Fixture.RestartForwarderAsync();
    }

    [SystemFact]
    public async Task Restart_WithAForwardClosedMeanwhile_RemovesItAndCutsItsFlows()
    {
        var ((closed, _), (kept, _)) = (Forward("closed"), Forward("kept"));
        await ApplyAsync(closed, kept);
        await using var closedFlow = await VisitAsync(closed);
        await using var keptFlow = await VisitAsync(kept);

        await Fixture.RestartForwarderAsync();
        var report = await ApplyAsync(kept);

        var drift = Assert.Single(report.Mended);
        Assert.Equal((DriftKind.LeftOver, closed.Mark, closed.PublicPort), (drift.Kind, drift.Mark, drift.PublicPort));
        Assert.False(await closedFlow!.EchoAsync());
        Assert.True(await keptFlow!.EchoAsync());
    }

    [SystemFact]
    public async Task Restart_KeepsAdmissions()
    {
        var forward = Forward("web").Forward with { KnockRequired = true };
        await ApplyAsync(forward);
        await Fixture.Forwarder.AdmitAsync(forward.Mark, IPAddress.Parse(ForwardingLab.VisitorAddress), TimeSpan.FromHours(1), CancellationToken.None);

        await Fixture.RestartForwarderAsync();
        await ApplyAsync(forward);

        await using var flow = await VisitAsync(forward);
        Assert.NotNull(flow);
        Assert.Null(await ForwardingLab.DialAsync(Lab.Visitor, ForwardingLab.HostAddress, forward.PublicPort, ForwardingLab.OtherVisitorAddress));
    }

    [SystemFact]
    public async Task F10_Close_CutsABusyFlowWithinASecond_WithAnotherForwardPresent()
    {
        var (forward, _) = Forward("web");
        await ApplyAsync(forward, Other);
        await using var flow = await VisitAsync(forward);
        await using var otherFlow = await VisitAsync(Other);
        Assert.True(await flow!.EchoAsync());
        var started = Stopwatch.GetTimestamp();

        await ApplyAsync(Other);
        while (await flow.EchoAsync())
        {
        }

        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 1);
        Assert.True(await otherFlow!.EchoAsync());
    }

    [SystemFact]
    public async Task F10_Close_ResetsTheAppToo_WhenItSpeaks()
    {
        using var listener = ForwardingLab.SocketIn(Lab.Guest);
        listener.Bind(IPEndPoint.Parse($"{ForwardingLab.GuestAddress}:0"));
        listener.Listen();
        var forward = Forward("unused").Forward with { Target = (IPEndPoint)listener.LocalEndPoint! };
        await ApplyAsync(forward, Other);
        using var visitor = ForwardingLab.SocketIn(Lab.Visitor);
        await visitor.ConnectAsync(IPEndPoint.Parse($"{ForwardingLab.HostAddress}:{forward.PublicPort}"));
        using var app = await listener.AcceptAsync();
        await app.SendAsync(new byte[1000]);

        await ApplyAsync(Other);

        var error = await Assert.ThrowsAsync<SocketException>(async () =>
        {
            while (true)
            {
                await app.SendAsync(new byte[1000]);
                await Task.Delay(20);
            }
        }).WaitAsync(TimeSpan.FromSeconds(2));
        Assert.Equal(SocketError.ConnectionReset, error.SocketErrorCode);
    }

    [SystemFact("conntrack")]
    public async Task R48_Close_OfManyAtOnce_CutsTheFlowsOfAllWithinTwoSeconds()
    {
        var forwards = Enumerable.Range(0, 100).Select(_ => Forward("web").Forward).ToList();
        await ApplyAsync([.. forwards, Other]);
        var flows = await Task.WhenAll(forwards.Select(VisitAsync));
        await using var otherFlow = await VisitAsync(Other);
        var started = Stopwatch.GetTimestamp();

        await ApplyAsync(Other);
        var alive = await Task.WhenAll(flows.Select(flow => flow!.EchoAsync()));

        Assert.DoesNotContain(true, alive);
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 2);
        Assert.True(await otherFlow!.EchoAsync());
        await Eventually.TrueAsync(
            async () => await Lab.Host.RunAsync($"conntrack -L 2>/dev/null | grep -c mark={0x5000_0000 | forwards[50].Mark} || true") == "0\n",
            "conntrack forgets the flows");
    }
}
