using System.Net;
using System.Text.Json;

namespace PortPortal.Tests.Lifecycle;

/// <summary>Sessions whose profile opens every port that is detected.</summary>
public sealed class OpenPortsTests
{
    [Fact]
    public async Task S04_S11_DetectedPort_IsPublicAtOnce_WithoutRegistration()
    {
        await using var world = await LifeWorld.StartAsync();
        await RegisterAsync(world, "127.0.0.1");

        await ReportAsync(world, world.App.Port, 22, 80);

        var port = await OpenAsync(world, world.App.Port);
        Assert.Equal("public", port.GetProperty("access").GetString());
        Assert.Equal(HttpStatusCode.OK, (await world.VisitAsync(new Uri(port.GetProperty("url").GetString()!))).Status);
        Assert.Single(await PortsAsync(world));
        Assert.Equal("detected", (await world.Api.SendAsync(HttpMethod.Get, "/v1/sessions/open/ports")).GetProperty("ports").EnumerateArray().Single(one => one.GetProperty("port").GetInt32() == world.App.Port).GetProperty("source").GetString());
    }

    [Fact]
    public async Task S23_PortThatStopsListening_GivesItsPlaceToTheOneThatWaits()
    {
        await using var world = await LifeWorld.StartAsync();
        await RegisterAsync(world, "10.78.0.2", places: 2);
        await ReportAsync(world, 4001, 4002, 4003);
        await OpenAsync(world, 4001);
        await TickAsync(world, async () => State(await PortsAsync(world), 4003) == "pending");

        await ReportAsync(world, 4002, 4003);

        await TickAsync(world, async () => State(await PortsAsync(world), 4003) == "active" && State(await PortsAsync(world), 4001) is null);
    }

    [Fact]
    public async Task PortThatSomebodyClosed_StaysClosed()
    {
        await using var world = await LifeWorld.StartAsync();
        await RegisterAsync(world, "10.78.0.2");
        await ReportAsync(world, 4001);
        await OpenAsync(world, 4001);

        await world.Api.CloseAsync("open", 4001);
        await ReportAsync(world, 4001, 4002);
        await OpenAsync(world, 4002);

        Assert.Null(State(await PortsAsync(world), 4001));
    }

    [Fact]
    public async Task LimitsNarrowerThanPublic_OpenNothingByThemselves()
    {
        await using var world = await LifeWorld.StartAsync();
        await RegisterAsync(world, "10.78.0.2", widest: "pin");
        await ReportAsync(world, 4001);

        world.Time.Advance(TimeSpan.FromSeconds(5));

        Assert.Empty(await PortsAsync(world));
    }

    [Fact]
    public async Task OtherProfile_OnlySuggestsWhatIsDetected()
    {
        await using var world = await LifeWorld.StartAsync();
        await world.Api.RegisterSessionAsync(new { name = "open", address = "10.78.0.2" });
        await ReportAsync(world, 4001);

        world.Time.Advance(TimeSpan.FromSeconds(5));

        Assert.Empty(await PortsAsync(world));
        Assert.False((await world.Api.SendAsync(HttpMethod.Get, "/v1/sessions/open/ports")).GetProperty("ports")[0].GetProperty("exposed").GetBoolean());
    }

    private static async Task RegisterAsync(LifeWorld world, string address, int places = 32, string widest = "public")
    {
        await world.Api.SendAsync(HttpMethod.Post, "/v1/profiles", new { name = "open-ports", openPorts = true, maxExposedPorts = places, widestAccess = widest });
        await world.Api.RegisterSessionAsync(new { name = "open", address, profile = "open-ports" });
    }

    private static Task<JsonElement> ReportAsync(LifeWorld world, params int[] ports) =>
        world.Api.SendAsync(HttpMethod.Put, "/v1/sessions/open/listeners", new { listeners = ports.Select(port => new { port }) });

    private static async Task<JsonElement> OpenAsync(LifeWorld world, int port)
    {
        await TickAsync(world, async () => State(await PortsAsync(world), port) is not null);
        return (await PortsAsync(world)).Single(one => one.GetProperty("port").GetInt32() == port);
    }

    private static Task TickAsync(LifeWorld world, Func<Task<bool>> condition) => Eventually.TrueAsync(
        async () =>
        {
            world.Time.Advance(TimeSpan.FromSeconds(1));
            return await condition();
        },
        "the ports are in step");

    private static async Task<List<JsonElement>> PortsAsync(LifeWorld world) => [.. (await world.Api.SessionAsync("open")).GetProperty("exposedPorts").EnumerateArray()];

    private static string? State(List<JsonElement> ports, int port) =>
        ports.Where(one => one.GetProperty("port").GetInt32() == port).Select(one => one.GetProperty("state").GetString()).SingleOrDefault();
}
