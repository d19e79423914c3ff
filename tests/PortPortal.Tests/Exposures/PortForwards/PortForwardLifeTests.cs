using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;
using PortPortal.Engine.Common;
using PortPortal.Engine.Data;
using PortPortal.Engine.Exposures;
using PortPortal.Engine.Exposures.PortForwards;
using PortPortal.Engine.Forwarding;

namespace PortPortal.Tests.Exposures.PortForwards;

/// <summary>What becomes of a forward with its session, its end, and the kernel.</summary>
public sealed class PortForwardLifeTests
{
    private static readonly Actor Ada = new("ada", "Ada", Role.Member);
    private static readonly Actor Mallory = new("mallory", "Mallory", Role.Member);

    [Fact]
    public async Task F15_F16_StoppedSession_LosesItsRulesAndGetsTheSamePortBack()
    {
        await using var world = await PortForwardWorld.StartAsync();
        var session = await world.SessionAsync();
        var forward = await world.OpenAsync(session);

        await world.App.Api.SendAsync(HttpMethod.Post, $"/v1/sessions/{session}/stop");
        await Eventually.TrueAsync(() => world.Forwarder.Applied.Count == 0, "the rule is gone");
        var stopped = world.Feed.Find(forward.Id);
        await world.App.Api.SendAsync(HttpMethod.Post, $"/v1/sessions/{session}/start");
        var started = await world.AwaitAsync(forward, status => status?.State == ExposureState.Active);

        Assert.Equal((ExposureState.Active, ExposureState.Paused), (forward.State, stopped!.State));
        Assert.Equal(forward.PublicPort, started!.PublicPort);
        Assert.Equal([forward.PublicPort], world.Forwarder.Applied.Select(applied => applied.PublicPort));
    }

    [Fact]
    public async Task F15_TerminatedSession_TakesItsForwardsWithIt()
    {
        await using var world = await PortForwardWorld.StartAsync();
        var session = await world.SessionAsync();
        var (one, two) = (await world.OpenAsync(session), await world.OpenAsync(session, 6379));

        await world.App.Api.TerminateAsync(session);
        await Eventually.TrueAsync(() => world.Feed.Items.IsEmpty, "both are gone");

        Assert.Empty(world.Forwarder.Applied);
        Assert.Equal(0, await world.App.Get<Database>().RunAsync(db => db.Set<PortForward>().CountAsync(forward => forward.ClosedAt == null)));
        var noted = await world.AuditAsync("forward.closed");
        Assert.Equal([one.GuestPort, two.GuestPort], noted.Select(entry => entry.Port!.Value).Order());
        Assert.All(noted, entry => Assert.Contains("session", entry.Reason, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Forward_AtItsEnd_IsClosed()
    {
        await using var world = await PortForwardWorld.StartAsync();
        var session = await world.SessionAsync();
        var opened = await world.App.Get<PortForwardService>().OpenAsync(
            session, new() { GuestPort = 5432, ExpiresAt = TimeProvider.System.GetUtcNow().AddSeconds(1) }, Actor.System, [], CancellationToken.None);

        Assert.Null(await world.AwaitAsync(opened.Value!, status => status is null));
        Assert.Empty(world.Forwarder.Applied);
    }

    [Fact]
    public async Task FreedPort_ForADay_IsForItsFormerOwnerOnly()
    {
        await using var world = await PortForwardWorld.StartAsync();
        var (adas, mallorys) = (await world.SessionAsync(Ada), await world.SessionAsync(Mallory));
        var freed = await world.OpenAsync(adas, actor: Ada);
        await world.CloseAsync(freed);
        await world.TakePortsAsync(except: freed.PublicPort);

        var mallory = await world.TryOpenAsync(mallorys, actor: Mallory);
        var ada = await world.TryOpenAsync(adas, actor: Ada);

        Assert.Equal(["ports_exhausted"], mallory.Refusals.Select(refusal => refusal.Code));
        Assert.Equal(freed.PublicPort, ada.Value?.PublicPort);
        Assert.NotEqual(freed.Mark, ada.Value!.Mark);
    }

    [Fact]
    public async Task F25_PortOfAnotherProcess_IsNeverDrawn()
    {
        await using var world = await PortForwardWorld.StartAsync();
        var session = await world.SessionAsync(Ada);
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        other.Bind(new IPEndPoint(IPAddress.Loopback, PublicPorts.TryFindFree(new HashSet<int>())!.Value));
        other.Listen();
        await world.TakePortsAsync(except: ((IPEndPoint)other.LocalEndPoint!).Port);

        var refused = await world.TryOpenAsync(session, actor: Ada);

        Assert.Equal((409, "ports_exhausted"), (Assert.Single(refused.Refusals).Status, refused.Refusals[0].Code));
        Assert.Contains("20000 to 32767", refused.Refusals[0].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Forward_OfThePortPortalItself_IsRefused()
    {
        await using var world = await PortForwardWorld.StartAsync();

        var toTheEdge = await world.TryOpenAsync("this-machine", world.App.Port);
        var forward = await world.OpenAsync("this-machine", 54_321);
        var toAForward = await world.TryOpenAsync("this-machine", forward.PublicPort);

        Assert.Equal(["invalid_address"], toTheEdge.Refusals.Select(refusal => refusal.Code));
        Assert.Equal(["invalid_address"], toAForward.Refusals.Select(refusal => refusal.Code));
    }

    [Fact]
    public async Task F14_Quota_OfAnotherProfile_IsHonoured()
    {
        await using var world = await PortForwardWorld.StartAsync();
        await world.App.Api.SendAsync(HttpMethod.Post, "/v1/profiles", new { name = "tight", maxForwardedPorts = 1 });
        var session = (await world.App.Api.RegisterSessionAsync(new { address = "10.99.0.4", profile = "tight" })).GetProperty("id").GetString()!;
        await world.OpenAsync(session, 5000);

        var refused = await world.TryOpenAsync(session, 6000);

        Assert.Equal((409, "quota_reached"), (Assert.Single(refused.Refusals).Status, refused.Refusals[0].Code));
        Assert.Contains("tight allows 1", refused.Refusals[0].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Damage_IsMendedAtOnceCountedToldAndNoted()
    {
        await using var world = await PortForwardWorld.StartAsync();
        var forward = await world.OpenAsync(await world.SessionAsync());

        world.Forwarder.Damage(forward.Mark);
        await Eventually.TrueAsync(() => world.Node.Mended == 1, "it is mended and counted", TimeSpan.FromSeconds(3));

        Assert.Single(world.Forwarder.Applied);
        Assert.Equal((1, 1, forward.PublicPort), (world.Node.Wanted, world.Node.Found, world.Node.LastMended[0].PublicPort));
        await Eventually.TrueAsync(async () => (await world.AuditAsync("forwards.repaired")).Count == 1, "it is in the audit");
    }

    [Fact]
    public async Task Damage_AgainAndAgain_IsMendedEverLater()
    {
        await using var world = await PortForwardWorld.StartAsync();
        var forward = await world.OpenAsync(await world.SessionAsync());
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(4));
        while (!stop.IsCancellationRequested)
        {
            world.Forwarder.Damage(forward.Mark);
            await Task.Delay(20);
        }

        Assert.InRange(world.Node.Mended, 2, 4);
    }

    [Fact]
    public async Task Fault_OfTheForwarder_LeavesTheReasonAndHealsByItself()
    {
        await using var world = await PortForwardWorld.StartAsync();
        var session = await world.SessionAsync();
        world.Forwarder.Fault = "The kernel is out of memory.";

        var failed = await world.OpenAsync(session);
        await Eventually.TrueAsync(() => world.Node.Fault == "The kernel is out of memory.", "the node tells why");
        world.Forwarder.Fault = null;
        var healed = await world.AwaitAsync(failed, status => status?.State == ExposureState.Active);

        Assert.Equal((ExposureState.Failed, "The kernel is out of memory."), (failed.State, failed.Problem));
        Assert.Equal((ExposureState.Active, null), (healed?.State, healed?.Problem));
    }

    [Fact]
    public async Task Fault_AtAClosing_KeepsItClosingUntilTheKernelLetsGo()
    {
        await using var world = await PortForwardWorld.StartAsync();
        var forward = await world.OpenAsync(await world.SessionAsync());
        world.Forwarder.Fault = "No.";

        await world.CloseAsync(forward);
        var closing = world.Feed.Find(forward.Id);
        world.Forwarder.Fault = null;

        Assert.Equal(ExposureState.Closing, closing?.State);
        Assert.Null(await world.AwaitAsync(forward, status => status is null));
        Assert.Empty(world.Forwarder.Applied);
    }

    [Fact]
    public async Task SlowForwarder_DoesNotDelayTheClosingOfAWebPort()
    {
        await using var world = await PortForwardWorld.StartAsync();
        var session = await world.SessionAsync();
        await world.App.Api.ExposeAsync(session, 3000);
        using var held = world.Forwarder.Hold();
        var opening = world.TryOpenAsync(session);

        var clock = Stopwatch.StartNew();
        await world.App.Api.CloseAsync(session, 3000);

        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.Empty(world.App.Get<ExposureFeed>().Of(session));
        Assert.Equal(ExposureState.Pending, (await opening).Value!.State);
    }

    [Fact]
    public async Task Restart_WithForwardsInTheDatabase_PutsThemInForceAgain()
    {
        await using var world = await PortForwardWorld.StartAsync();
        var session = await world.SessionAsync();
        var forward = await world.OpenAsync(session);

        // What a new process does with the same database.
        world.Feed.Remove(forward.Id);
        world.App.Get<PortForwardReconciler>().Wake();
        var again = await world.AwaitAsync(forward, status => status?.State == ExposureState.Active);

        Assert.Equal((forward.PublicPort, forward.Mark), (again!.PublicPort, again.Mark));
    }
}
