using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using PortPortal.Engine.Sessions;
using PortPortal.Tests.Sessions.Containers;

namespace PortPortal.Tests.Lifecycle;

/// <summary>Containers as sessions, from their engine's list and events to the API's answers.</summary>
public sealed class ContainerSessionTests
{
    [Fact]
    public async Task LabelledContainer_IsASession_WithItsNameAndItsPorts()
    {
        await using var engine = await FakeContainerEngine.StartAsync();
        await using var world = await StartAsync(engine);

        await engine.CreateAsync("shop-1", new(StringComparer.Ordinal) { ["portportal.name"] = "shop", ["portportal.expose"] = "3000:web:public,4000::pin" }, start: true);

        var session = await SeenAsync(world, "shop", session => State(session) == "running");
        Assert.Equal(("container", "10.88.0.3"), (session.GetProperty("kind").GetString(), session.GetProperty("address").GetString()));
        var ports = session.GetProperty("exposedPorts").EnumerateArray().ToList();
        Assert.Equal([(3000, "public"), (4000, "pin")], ports.Select(port => (port.GetProperty("port").GetInt32(), port.GetProperty("access").GetString()!)));
        Assert.StartsWith("https://web.shop.localhost:", ports[0].GetProperty("url").GetString(), StringComparison.Ordinal);
        Assert.False(session.TryGetProperty("notice", out _));
    }

    [Fact]
    public async Task PausedStartedAndRemovedContainer_TakesItsSessionAlong()
    {
        await using var engine = await FakeContainerEngine.StartAsync();
        await using var world = await StartAsync(engine);
        await engine.CreateAsync("web", new(StringComparer.Ordinal) { ["portportal.expose"] = "3000" }, start: true);
        var id = (await SeenAsync(world, "web", session => State(session) == "running")).GetProperty("id").GetString()!;
        var url = (await world.Api.SessionAsync(id)).GetProperty("exposedPorts")[0].GetProperty("url").GetString();

        foreach (var (act, state, port) in new[] { ("pause", "paused", "paused"), ("unpause", "running", "active"), ("stop", "paused", "paused"), ("start", "running", "active") })
        {
            await engine.ActAsync("web", act);
            var session = await SeenAsync(world, id, session => State(session) == state && State(session.GetProperty("exposedPorts")[0]) == port);
            Assert.Equal(url, session.GetProperty("exposedPorts")[0].GetProperty("url").GetString());
        }

        await engine.RemoveAsync("web");

        var gone = await SeenAsync(world, id, session => State(session) == "terminated");
        Assert.Empty(gone.GetProperty("exposedPorts").EnumerateArray());
    }

    [Fact]
    public async Task EngineThatIsGone_LeavesItsSessionsUnknown_UntilItIsBack()
    {
        var engine = await FakeContainerEngine.StartAsync();
        await using var world = await StartAsync(engine);
        await engine.CreateAsync("web", [], start: true);
        await SeenAsync(world, "web", session => State(session) == "running");

        await engine.DisposeAsync();

        var unknown = await SeenAsync(world, "web", session => session.TryGetProperty("problemSince", out _));
        Assert.Equal("running", State(unknown));
        Assert.Contains("container engine", unknown.GetProperty("problem").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task EngineThatIsBack_IsFollowedAgain()
    {
        await using var engine = await FakeContainerEngine.StartAsync();
        await using var world = await StartAsync(engine);
        await engine.CreateAsync("web", [], start: true);
        await SeenAsync(world, "web", session => State(session) == "running");
        engine.EndEvents();
        await SeenAsync(world, "web", session => session.TryGetProperty("problemSince", out _));

        world.Time.Advance(TimeSpan.FromSeconds(2));

        await SeenAsync(world, "web", session => !session.TryGetProperty("problem", out _));
    }

    [Fact]
    public async Task WrongLabels_AreSaid_AndTheRestIsDone()
    {
        await using var engine = await FakeContainerEngine.StartAsync();
        await using var world = await StartAsync(engine);

        await engine.CreateAsync("odd", new(StringComparer.Ordinal) { ["portportal.name"] = "portal", ["portportal.expose"] = "3000:web:vip,22,4000", ["portportal.owner"] = "nobody@example.com" }, start: true);

        var session = await SeenAsync(world, "odd", _ => true);
        Assert.Equal([4000], session.GetProperty("exposedPorts").EnumerateArray().Select(port => port.GetProperty("port").GetInt32()));
        var notice = session.GetProperty("notice").GetString()!;
        Assert.All(["reserved", "sso, email, pin or public", "cannot be 22", "nobody@example.com"], words => Assert.Contains(words, notice, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("POST", "pause")]
    [InlineData("DELETE", "")]
    public async Task LifeOfAContainer_IsNotOursToChange(string method, string act)
    {
        await using var engine = await FakeContainerEngine.StartAsync();
        await using var world = await StartAsync(engine);
        await engine.CreateAsync("web", [], start: true);
        await SeenAsync(world, "web", session => State(session) == "running");

        using var response = await world.Api.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), $"/v1/sessions/web/{act}".TrimEnd('/')));

        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
    }

    [Fact]
    public async Task ContainerWithoutAnAddress_IsNeverDialledAtThisMachine()
    {
        await using var engine = await FakeContainerEngine.StartAsync();
        await using var world = await StartAsync(engine);
        await engine.CreateAsync("rootless", new(StringComparer.Ordinal) { ["portportal.expose"] = $"{world.App.Port}::public" }, start: false);
        var url = new Uri((await SeenAsync(world, "rootless", session => State(session) == "starting")).GetProperty("exposedPorts")[0].GetProperty("url").GetString()!);

        world.Portal.Get<SessionFeed>().UpdateWhere(session => session.Name == "rootless", session => session with { State = SessionState.Running });

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "node_unreachable"), await world.VisitAsync(url));
        Assert.Empty(world.App.Requests);
    }

    private static Task<LifeWorld> StartAsync(FakeContainerEngine engine) =>
        LifeWorld.StartAsync(new Dictionary<string, string?>(StringComparer.Ordinal) { ["Containers:Socket"] = engine.Socket });

    private static string State(JsonElement session) => session.GetProperty("state").GetString()!;

    private static async Task<JsonElement> SeenAsync(LifeWorld world, string session, Func<JsonElement, bool> condition)
    {
        JsonElement seen = default;
        await Eventually.TrueAsync(
            async () =>
            {
                using var response = await world.Api.Http.GetAsync($"/v1/sessions/{session}");
                seen = response.IsSuccessStatusCode ? await response.Content.ReadFromJsonAsync<JsonElement>() : default;
                return seen.ValueKind == JsonValueKind.Object && condition(seen);
            },
            $"session {session} is as expected");
        return seen;
    }
}
