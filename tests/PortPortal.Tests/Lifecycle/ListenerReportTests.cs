using System.Net.Http.Json;
using System.Text.Json;
using PortPortal.Engine.Sessions;

namespace PortPortal.Tests.Lifecycle;

/// <summary>What an agent inside a session reports is what its ports are.</summary>
public sealed class ListenerReportTests
{
    [Fact]
    public async Task S17_ReportedListeners_AreThePortsOfTheSession()
    {
        await using var world = await LifeWorld.StartAsync();
        await world.Api.RegisterSessionAsync(new { name = "vm", address = "10.77.0.2" });

        await ReportAsync(world, new { port = 3000, process = "node", pid = 41 }, new { port = 22 }, new { port = 9229, address = "127.0.0.1" });

        var ports = await PortsAsync(world);
        Assert.Equal([3000, 9229], ports.Select(port => port.GetProperty("port").GetInt32()));
        Assert.Equal(("node", "detected", true), (ports[0].GetProperty("process").GetString(), ports[0].GetProperty("source").GetString(), ports[0].GetProperty("listening").GetBoolean()));
        Assert.False(ports[1].GetProperty("listening").GetBoolean());
    }

    [Fact]
    public async Task Report_ReplacesTheOneBefore()
    {
        await using var world = await LifeWorld.StartAsync();
        await world.Api.RegisterSessionAsync(new { name = "vm", address = "10.77.0.2" });
        await ReportAsync(world, new { port = 3000 }, new { port = 4000 });

        await ReportAsync(world, new { port = 4000 });

        Assert.Equal(4000, Assert.Single(await PortsAsync(world)).GetProperty("port").GetInt32());
    }

    [Fact]
    public async Task AgentThatFallsSilent_IsBelievedForFiveMinutes_ThenPortsAreProbed()
    {
        await using var world = await LifeWorld.StartAsync();
        await world.Api.RegisterSessionAsync("vm");
        await world.Api.ExposeAsync("vm", world.App.Port);
        await ReportAsync(world);
        world.Time.Leap(TimeSpan.FromMinutes(4));
        Assert.False((await world.Api.SessionAsync("vm")).GetProperty("exposedPorts")[0].GetProperty("listening").GetBoolean());

        world.Time.Leap(TimeSpan.FromMinutes(2));

        await Eventually.TrueAsync(async () => (await world.Api.SessionAsync("vm")).GetProperty("exposedPorts")[0].GetProperty("listening").GetBoolean(), "the probe finds the app");
    }

    [Fact]
    public async Task Report_OfThisMachine_IsRefused()
    {
        await using var world = await LifeWorld.StartAsync();

        using var response = await world.Api.Http.PutAsJsonAsync($"/v1/sessions/{Session.ThisMachineId}/listeners", new { listeners = Array.Empty<object>() });

        Assert.Equal(System.Net.HttpStatusCode.Conflict, response.StatusCode);
    }

    private static Task<JsonElement> ReportAsync(LifeWorld world, params object[] listeners) => world.Api.SendAsync(HttpMethod.Put, "/v1/sessions/vm/listeners", new { listeners });

    private static async Task<List<JsonElement>> PortsAsync(LifeWorld world) =>
        [.. (await world.Api.SendAsync(HttpMethod.Get, "/v1/sessions/vm/ports")).GetProperty("ports").EnumerateArray()];
}
