using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace PortPortal.Tests.Lifecycle;

/// <summary>At most 32 ports of a session at once.</summary>
public sealed class PlacesTests
{
    [Fact]
    public async Task S23_The33rdDeclaredPort_Waits_AndIsTakenInWhenAnotherCloses()
    {
        await using var world = await LifeWorld.StartAsync();
        var ports = Enumerable.Range(4001, 32).Append(world.App.Port).Order().ToList();
        var last = ports[^1];
        var session = await world.Api.RegisterSessionAsync(new { name = "crowd", address = "127.0.0.1", network = new { expose = ports.Select(port => new { port, access = "public" }) } });
        var waiting = Port(session, last);
        Assert.Equal("pending", waiting.GetProperty("state").GetString());
        Assert.Equal("All 32 places of this session are taken. It opens by itself when another port closes.", waiting.GetProperty("problem").GetString());
        Assert.Equal(32, session.GetProperty("exposedPorts").EnumerateArray().Count(port => port.GetProperty("state").GetString() == "active"));
        var url = new Uri(waiting.GetProperty("url").GetString()!);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await world.VisitAsync(url)).Status);

        await world.Api.CloseAsync("crowd", ports[0]);

        await Eventually.TrueAsync(async () => Port(await world.Api.SessionAsync("crowd"), last).GetProperty("state").GetString() == "active", "the port that waited is open");
        Assert.False(Port(await world.Api.SessionAsync("crowd"), last).TryGetProperty("problem", out _));
    }

    [Fact]
    public async Task S23_OneMoreByHand_IsRefusedWithLimitAndUse()
    {
        await using var world = await LifeWorld.StartAsync();
        await world.Api.RegisterSessionAsync(new { name = "full", address = "127.0.0.1", network = new { expose = Enumerable.Range(4001, 32).Select(port => new { port }) } });

        using var response = await world.Api.Http.PostAsJsonAsync("/v1/sessions/full/ports", new { port = 5000 });

        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        var problem = JsonElement.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal("quota_reached", problem.GetProperty("code").GetString());
        Assert.Equal("The session may expose 32 ports and 32 are exposed: close one first.", problem.GetProperty("detail").GetString());
    }

    private static JsonElement Port(JsonElement session, int port) => session.GetProperty("exposedPorts").EnumerateArray().Single(one => one.GetProperty("port").GetInt32() == port);
}
