using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using PortPortal.Engine.Common;
using PortPortal.Engine.Exposures;
using PortPortal.Engine.Exposures.PortForwards;
using PortPortal.Engine.Forwarding;

namespace PortPortal.Tests.Exposures.PortForwards;

/// <summary>A forward whose label, end, networks or knock are changed, and what that costs the others.</summary>
public sealed class PortForwardChangeTests
{
    private static readonly IPAddress Visitor = IPAddress.Parse("203.0.113.7");
    private static readonly string[] Elsewhere = ["198.51.100.0/24"];
    private static readonly string[] Around = ["203.0.113.0/24"];
    private static readonly Actor Ada = new("ada", "Ada", Role.Member);
    private static readonly Actor Mallory = new("mallory", "Mallory", Role.Member);

    [Fact]
    public async Task Change_OfLabelAndEnd_KeepsNumbersAndOpenFlows()
    {
        await using var world = await PortForwardWorld.StartAsync();
        var forward = await world.OpenAsync(await world.SessionAsync());
        var flow = world.Forwarder.Connect(forward.PublicPort, Visitor);

        var named = await PatchAsync(world, forward, new { label = "orders", expiresAt = "2100-01-01T00:00:00Z" });
        var same = await PatchAsync(world, forward, new { });
        var bare = await PatchAsync(world, forward, new { label = (string?)null, expiresAt = (string?)null });

        Assert.Equal(("orders", forward.PublicPort, "active"), (named.GetProperty("label").GetString(), named.GetProperty("hostPort").GetInt32(), named.GetProperty("state").GetString()));
        Assert.Equal(named.GetProperty("expiresAt").GetDateTimeOffset(), same.GetProperty("expiresAt").GetDateTimeOffset());
        Assert.Equal((null, null), (world.Feed.Find(forward.Id)!.Label, world.Feed.Find(forward.Id)!.ExpiresAt));
        Assert.Equal("active", bare.GetProperty("state").GetString());
        Assert.True(flow!.IsOpen);
        Assert.Equal(3, (await world.AuditAsync("forward.changed")).Count);
    }

    [Fact]
    public async Task Change_OfSources_CutsOpenFlowsAndOutlivesARestart()
    {
        await using var world = await PortForwardWorld.StartAsync();
        var forward = await world.OpenAsync(await world.SessionAsync());
        var flow = world.Forwarder.Connect(forward.PublicPort, Visitor);

        var narrowed = await PatchAsync(world, forward, new { sources = Elsewhere });
        var outsider = world.Forwarder.Connect(forward.PublicPort, Visitor);
        world.Feed.Remove(forward.Id);
        world.App.Get<PortForwardReconciler>().Wake();
        var again = await world.AwaitAsync(forward, status => status?.State == ExposureState.Active);
        await PatchAsync(world, forward, new { sources = Array.Empty<string>() });

        Assert.Equal("active", narrowed.GetProperty("state").GetString());
        Assert.False(flow!.IsOpen);
        Assert.Null(outsider);
        Assert.Equal(Elsewhere, again!.Sources);
        Assert.NotNull(world.Forwarder.Connect(forward.PublicPort, Visitor));
    }

    [Fact]
    public async Task Change_OfTheKnock_AsksEverybodyAnew()
    {
        await using var world = await PortForwardWorld.StartAsync();
        var session = await world.SessionAsync();
        var forward = await world.OpenAsync(session);
        var gates = world.App.Get<GatePassages>();

        await PatchAsync(world, forward, new { knock = true });
        var stranger = world.Forwarder.Connect(forward.PublicPort, Visitor);
        gates.Note(session, Visitor);
        await Eventually.TrueAsync(() => world.Forwarder.Connect(forward.PublicPort, Visitor) is not null, "the visitor is let through");
        await PatchAsync(world, forward, new { sources = Around });
        var afterwards = world.Forwarder.Connect(forward.PublicPort, Visitor);
        gates.Note(session, Visitor);

        Assert.Null(stranger);
        Assert.Null(afterwards);
        await Eventually.TrueAsync(() => world.Forwarder.Connect(forward.PublicPort, Visitor) is not null, "the visitor is let through again");
    }

    [Fact]
    public async Task Change_ToAnEndThatIsNear_ClosesItThen()
    {
        await using var world = await PortForwardWorld.StartAsync();
        var forward = await world.OpenAsync(await world.SessionAsync());

        await PatchAsync(world, forward, new { expiresAt = TimeProvider.System.GetUtcNow().AddSeconds(1) });

        Assert.Null(await world.AwaitAsync(forward, status => status is null));
        Assert.Empty(world.Forwarder.Applied);
        using var late = await world.App.Api.Http.PatchAsync($"/v1/sessions/{forward.SessionId}/port-forwards/{forward.Id}", JsonContent.Create(new { knock = true }));
        Assert.Equal(HttpStatusCode.NotFound, late.StatusCode);
    }

    [Fact]
    public async Task Change_OfSomebodyElsesForward_IsNotFound()
    {
        await using var world = await PortForwardWorld.StartAsync();
        var forward = await world.OpenAsync(await world.SessionAsync(Ada), actor: Ada);

        var refused = await world.App.Get<PortForwardService>().ChangeAsync(forward.SessionId, forward.Id, new() { Knock = true }, Mallory, [], CancellationToken.None);

        Assert.Equal(404, Assert.Single(refused.Refusals).Status);
        Assert.False(world.Feed.Find(forward.Id)!.Knock);
    }

    [Fact]
    public async Task Change_WhileTheKernelRefuses_IsFailedAndHealsByItself()
    {
        await using var world = await PortForwardWorld.StartAsync();
        var forward = await world.OpenAsync(await world.SessionAsync());
        world.Forwarder.Fault = "No.";

        var failed = await PatchAsync(world, forward, new { knock = true });
        world.Forwarder.Fault = null;

        Assert.Equal(("failed", "No."), (failed.GetProperty("state").GetString(), failed.GetProperty("reason").GetString()));
        Assert.Equal(ExposureState.Active, (await world.AwaitAsync(forward, status => status?.State == ExposureState.Active))?.State);
        Assert.True(Assert.Single(world.Forwarder.Applied).KnockRequired);
    }

    [Fact]
    public async Task OneChange_AmongOthers_IsAStepThatNamesOnlyIt()
    {
        await using var world = await PortForwardWorld.StartAsync();
        var (session, other) = (await world.SessionAsync(), await world.SessionAsync("10.99.0.3"));
        var (one, two, kept) = (await world.OpenAsync(session, 5001), await world.OpenAsync(session, 5002), await world.OpenAsync(other, 5003));
        var plans = world.Forwarder.Plans.Count;

        await world.CloseAsync(one);
        await world.App.Api.PauseAsync(session);
        await Eventually.TrueAsync(() => world.Forwarder.Applied.Count == 1, "what is paused is out of force");
        await Eventually.TrueAsync(() => world.Node is { Wanted: 1, Found: 1 }, "the node counts it");
        await world.App.Api.ResumeAsync(session);
        await world.AwaitAsync(two, status => status?.State == ExposureState.Active);

        Assert.Equal(plans, world.Forwarder.Plans.Count);
        Assert.DoesNotContain(world.Forwarder.Steps[3..], step => step.Opened.Sound.ContainsKey(kept.Mark) || step.Closed.Contains(kept.Mark));
        Assert.Equal([two.Mark, kept.Mark], world.Forwarder.Applied.Select(forward => forward.Mark).OrderBy(mark => mark == kept.Mark));
        await Eventually.TrueAsync(() => world.Node is { Wanted: 2, Found: 2 }, "the node counts it again");
    }

    private static Task<JsonElement> PatchAsync(PortForwardWorld world, PortForwardStatus forward, object change) =>
        world.App.Api.SendAsync(HttpMethod.Patch, $"/v1/sessions/{forward.SessionId}/port-forwards/{forward.Id}", change);
}
