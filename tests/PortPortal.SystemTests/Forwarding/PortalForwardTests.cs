using System.Diagnostics;
using System.Net;

namespace PortPortal.SystemTests.Forwarding;

/// <summary>Forwards made through the API of the real program, used from other machines.</summary>
public sealed class PortalForwardTests(PortalLab lab) : IClassFixture<PortalLab>, IAsyncLifetime
{
    public Task InitializeAsync() => lab.StartAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [SystemFact]
    public async Task F04_Forward_IsReachedFromOutsideTheHostAndASibling()
    {
        var (app, forward) = await lab.OpenToAppAsync("web");
        var port = PortalLab.PortOf(forward);

        Assert.Equal(("active", "kernel"), (forward.GetProperty("state").GetString(), forward.GetProperty("path").GetString()));
        Assert.Equal("web", await PortalLab.ReachAsync(lab.Lab.Visitor, ForwardingLab.HostAddress, port));
        Assert.Equal(IPAddress.Parse(ForwardingLab.VisitorAddress), app.Visitors[^1]);
        Assert.Equal("web", await PortalLab.ReachAsync(lab.Lab.Host, ForwardingLab.HostAddress, port));
        Assert.Equal("web", await PortalLab.ReachAsync(lab.Lab.Host, "127.0.0.1", port));
        Assert.Equal("web", await PortalLab.ReachAsync(lab.Lab.Host, "::1", port));
        Assert.Equal("web", await PortalLab.ReachAsync(lab.Lab.Sibling, "10.77.0.1", port));
        Assert.Equal("web", await PortalLab.ReachAsync(lab.Lab.Guest, "10.77.0.1", port));
    }

    [SystemFact]
    public async Task F04_Forward_ToAnIpv6Guest_IsReachedOverIpv6()
    {
        var (app, forward) = await lab.OpenToAppAsync("six", address: ForwardingLab.GuestAddress6);

        Assert.Equal("six", await PortalLab.ReachAsync(lab.Lab.Visitor, ForwardingLab.HostAddress6, PortalLab.PortOf(forward)));
        Assert.Equal(IPAddress.Parse("2001:db8::2"), app.Visitors[^1]);
        Assert.Equal("six", await PortalLab.ReachAsync(lab.Lab.Visitor, ForwardingLab.HostAddress, PortalLab.PortOf(forward)));
    }

    [SystemFact]
    public async Task Forward_LeavesAGuestsOwnTrafficToTheSamePortNumberAlone()
    {
        var (_, forward) = await lab.OpenToAppAsync("web");
        lab.Lab.StartApp(lab.Lab.Visitor, "the visitor's own", ForwardingLab.VisitorAddress, out _, PortalLab.PortOf(forward));

        Assert.Equal("the visitor's own", await PortalLab.ReachAsync(lab.Lab.Guest, ForwardingLab.VisitorAddress, PortalLab.PortOf(forward)));
        Assert.Equal("the visitor's own", await PortalLab.ReachAsync(lab.Lab.Host, ForwardingLab.VisitorAddress, PortalLab.PortOf(forward)));
    }

    [SystemFact]
    public async Task F10_Delete_CutsABusyFlowWithinASecond_WithASecondForwardPresent()
    {
        var ((_, forward), (_, other)) = (await lab.OpenToAppAsync("web"), await lab.OpenToAppAsync("other"));
        await using var flow = await lab.VisitAsync(forward);
        await using var otherFlow = await lab.VisitAsync(other);
        Assert.True(await flow!.EchoAsync());

        var closing = lab.CloseAsync(forward);
        var clock = Stopwatch.StartNew();
        while (await flow.EchoAsync())
        {
        }

        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        await closing;
        Assert.Null(await lab.VisitAsync(forward));
        Assert.True(await otherFlow!.EchoAsync());
    }

    [SystemFact]
    public async Task F15_F16_StoppedSession_LosesItsRulesAndGetsTheSamePortBack()
    {
        var (_, forward) = await lab.OpenToAppAsync("web");
        await using var flow = await lab.VisitAsync(forward);

        await lab.Portal.Api.PauseAsync(PortalLab.SessionOf(forward));
        await Eventually.TrueAsync(async () => await PortalLab.ReachAsync(lab.Lab.Visitor, ForwardingLab.HostAddress, PortalLab.PortOf(forward)) is null, "it leads nowhere");
        var lives = await flow!.EchoAsync();
        await lab.Portal.Api.ResumeAsync(PortalLab.SessionOf(forward));

        Assert.False(lives);
        await Eventually.TrueAsync(async () => await PortalLab.ReachAsync(lab.Lab.Visitor, ForwardingLab.HostAddress, PortalLab.PortOf(forward)) == "web", "it leads there again");
    }

    [SystemFact]
    public async Task Sources_OfOtherNetworks_AreRefused()
    {
        var app = lab.Lab.StartApp(lab.Lab.Guest, "web", ForwardingLab.GuestAddress, out var target);
        var forward = await lab.OpenAsync(await lab.SessionAsync(), new { guestPort = target.Port, sources = new[] { ForwardingLab.OtherVisitorAddress, "10.0.0.0/8", "10.1.0.0/16" } });

        Assert.Null(await ForwardingLab.DialAsync(lab.Lab.Visitor, ForwardingLab.HostAddress, PortalLab.PortOf(forward)));
        await using var flow = await ForwardingLab.DialAsync(lab.Lab.Visitor, ForwardingLab.HostAddress, PortalLab.PortOf(forward), ForwardingLab.OtherVisitorAddress);
        Assert.NotNull(flow);
        Assert.Single(app.Visitors);
    }

    [SystemFact]
    public async Task R20_RestartOfTheProgram_LosesNoByteOfAnOpenTransfer()
    {
        var (_, forward) = await lab.OpenToAppAsync("web");
        await using var transfer = SteadyTransfer.Begin((await lab.VisitAsync(forward))!);
        await Eventually.TrueAsync(() => transfer.Received > 0, "bytes come back");

        await lab.Portal.Child.StopAsync(TimeSpan.FromSeconds(20));
        await lab.Portal.RestartAsync();
        await lab.Portal.Child.KillAsync();
        await lab.Portal.RestartAsync();
        var before = transfer.Received;
        await Eventually.TrueAsync(() => transfer.Received > before, "bytes still come back");

        Assert.True(await transfer.EndAsync(), "Bytes were lost or changed.");
        Assert.Equal(0, (await lab.NodeAsync()).GetProperty("mended").GetInt64());
        Assert.Equal("web", await PortalLab.ReachAsync(lab.Lab.Visitor, ForwardingLab.HostAddress, PortalLab.PortOf(forward)));
    }

    [SystemFact]
    public async Task SecondPortal_OnTheSameMachine_LeavesTheTableAloneAndSaysWhy()
    {
        var (_, forward) = await lab.OpenToAppAsync("web");
        await using var second = await lab.StartPortalAsync("--Forwarding:Driver=Auto");

        var node = (await second.Api.SendAsync(HttpMethod.Get, "/v1/nodes"))[0];

        Assert.Equal("userspace relay", node.GetProperty("forwarder").GetString());
        Assert.Contains("another PortPortal that runs on this machine", node.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Contains("another PortPortal that runs on this machine", second.Child.Output, StringComparison.Ordinal);
        Assert.Equal("web", await PortalLab.ReachAsync(lab.Lab.Visitor, ForwardingLab.HostAddress, PortalLab.PortOf(forward)));
        Assert.Equal(0, (await lab.NodeAsync()).GetProperty("mended").GetInt64());
    }

    [SystemFact("psql", "runuser")]
    public async Task F23_R17_PostgreSql_IsReachedByPsqlThroughAForward()
    {
        await using var database = await GuestDatabase.StartAsync(lab.Lab.Guest, ForwardingLab.GuestAddress);
        var forward = await lab.OpenAsync(await lab.SessionAsync(), database.Port);

        var answer = await lab.Lab.Visitor.RunAsync($"psql -h {ForwardingLab.HostAddress} -p {PortalLab.PortOf(forward)} -U postgres -Atc 'select 6 * 7'");

        Assert.Equal("42\n", answer);
    }
}
