using System.Text.Json;

namespace PortPortal.Tests.Lifecycle;

/// <summary>The ladder from the session up to the app, as the API tells it.</summary>
public sealed class HealthTests
{
    [Fact]
    public async Task P47_AppThatAnswers_IsHealthyWithItsStatus()
    {
        await using var world = await LifeWorld.StartAsync();
        await world.OpenAsync("well");

        var health = await HealthAsync(world, "well");

        Assert.True(health.GetProperty("healthy").GetBoolean());
        Assert.Equal(200, health.GetProperty("status").GetInt32());
        Assert.Equal(["sessionRunning", "nodeConnected", "tunnelUp", "ruleApplied", "portListening", "appAnswers"], health.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("step").GetString()));
        Assert.Equal("The app answers with 200.", Step(health, "appAnswers").GetProperty("reason").GetString());
    }

    [Fact]
    public async Task P47_NobodyListens_SaysSoInWords()
    {
        await using var world = await LifeWorld.StartAsync();
        var free = FreePort.Next();
        await world.OpenAsync("empty", new { port = free, access = "public" });

        var health = await HealthAsync(world, "empty", free);

        Assert.False(health.GetProperty("healthy").GetBoolean());
        Assert.False(health.TryGetProperty("status", out _));
        Assert.Contains($"port {free}", health.GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task P47_PausedSession_FailsAtTheFirstStep()
    {
        await using var world = await LifeWorld.StartAsync();
        await world.OpenAsync("asleep");
        await world.Api.PauseAsync("asleep");

        var health = await HealthAsync(world, "asleep");

        Assert.False(health.GetProperty("healthy").GetBoolean());
        Assert.Equal("The session is paused; the URL works again when it resumes.", health.GetProperty("reason").GetString());
    }

    [Fact]
    public async Task AppThatHangs_IsToldApartFromOneThatIsNotThere()
    {
        await using var world = await LifeWorld.StartAsync();
        using var deaf = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        deaf.Start();
        var port = ((System.Net.IPEndPoint)deaf.LocalEndpoint).Port;
        await world.OpenAsync("deaf", new { port, access = "public" });

        var asked = HealthAsync(world, "deaf", port);
        await Eventually.TrueAsync(() => deaf.Pending(), "the check has come");
        world.Time.Advance(TimeSpan.FromSeconds(4));
        var health = await asked;

        Assert.Equal("The app did not answer within 3 s.", Step(health, "appAnswers").GetProperty("reason").GetString());
    }

    [Fact]
    public async Task Ladder_IsPartOfThePort_AndKeepsTheMomentOfEachStep()
    {
        await using var world = await LifeWorld.StartAsync();
        await world.OpenAsync("watched");
        await SeenAsync(world, step => step.GetProperty("passed").GetBoolean());
        var since = Step(await PortAsync(world), "sessionRunning").GetProperty("since").GetDateTimeOffset();
        world.Time.Advance(TimeSpan.FromMinutes(1));

        await world.Api.PauseAsync("watched");
        world.Time.Advance(TimeSpan.FromSeconds(2));

        await SeenAsync(world, step => !step.GetProperty("passed").GetBoolean());
        Assert.True(Step(await PortAsync(world), "sessionRunning").GetProperty("since").GetDateTimeOffset() > since);
        Assert.Equal(since, Step(await PortAsync(world), "nodeConnected").GetProperty("since").GetDateTimeOffset());
    }

    private static async Task SeenAsync(LifeWorld world, Func<JsonElement, bool> condition) => await Eventually.TrueAsync(
        async () =>
        {
            world.Time.Advance(TimeSpan.FromSeconds(1));
            var port = await PortAsync(world);
            return port.TryGetProperty("health", out _) && condition(Step(port, "sessionRunning"));
        },
        "the first step is as expected");

    private static async Task<JsonElement> PortAsync(LifeWorld world) => (await world.Api.SessionAsync("watched")).GetProperty("exposedPorts")[0];

    private static Task<JsonElement> HealthAsync(LifeWorld world, string session, int? port = null) =>
        world.Api.SendAsync(HttpMethod.Get, $"/v1/sessions/{session}/ports/{port ?? world.App.Port}/health");

    private static JsonElement Step(JsonElement health, string name) =>
        (health.TryGetProperty("steps", out var steps) ? steps : health.GetProperty("health")).EnumerateArray().Single(step => step.GetProperty("step").GetString() == name);
}
