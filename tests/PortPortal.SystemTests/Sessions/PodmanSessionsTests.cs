using System.Text.Json;

namespace PortPortal.SystemTests.Sessions;

/// <summary>Containers of a real engine as sessions of the whole program.</summary>
public sealed class PodmanSessionsTests
{
    [SystemFact("podman", "runc", "/usr/lib/podman/netavark", "iptables", "busybox", "nsenter")]
    public async Task LabelledContainer_IsASession_FromItsStartToItsRemoval()
    {
        await using var podman = await PodmanEngine.StartAsync();
        await using var portal = await PortalProcess.StartAsync($"--Containers:Socket={podman.Socket}");
        await podman.CreateAsync("pp-shop", new(StringComparer.Ordinal) { ["portportal.name"] = "shop", ["portportal.expose"] = "3000:web:sso" }, start: true);

        var running = await SeenAsync(portal, "shop", session => session.GetProperty("state").GetString() == "running" && IsListening(session));
        var id = running.GetProperty("id").GetString()!;
        var port = running.GetProperty("exposedPorts")[0];
        Assert.Equal(("container", "active", "sso"), (running.GetProperty("kind").GetString(), port.GetProperty("state").GetString(), port.GetProperty("access").GetString()));
        var listed = await ListedAsync(portal);
        Assert.Equal((3000, "declared", "busybox"), (listed.GetProperty("port").GetInt32(), listed.GetProperty("source").GetString(), listed.GetProperty("process").GetString()));

        await podman.ActAsync("pp-shop", "pause");
        await SeenAsync(portal, id, session => session.GetProperty("state").GetString() == "paused" && session.GetProperty("exposedPorts")[0].GetProperty("state").GetString() == "paused");
        await podman.ActAsync("pp-shop", "unpause");
        await SeenAsync(portal, id, session => session.GetProperty("state").GetString() == "running");
        await podman.ActAsync("pp-shop", "stop?t=0");
        await SeenAsync(portal, id, session => session.GetProperty("state").GetString() == "paused");
        await podman.ActAsync("pp-shop", "start");
        var again = await SeenAsync(portal, id, session => session.GetProperty("state").GetString() == "running" && IsListening(session));
        Assert.Equal(port.GetProperty("url").GetString(), again.GetProperty("exposedPorts")[0].GetProperty("url").GetString());

        await podman.RemoveAsync("pp-shop");
        await SeenAsync(portal, id, session => session.GetProperty("state").GetString() == "terminated" && session.GetProperty("exposedPorts").GetArrayLength() == 0);
    }

    /// <summary>The port with the program behind it, which is looked up after the port itself was found.</summary>
    private static async Task<JsonElement> ListedAsync(PortalProcess portal)
    {
        JsonElement port = default;
        await Eventually.TrueAsync(
            async () =>
            {
                port = (await portal.Api.SendAsync(HttpMethod.Get, "/v1/sessions/shop/ports")).GetProperty("ports")[0];
                return port.TryGetProperty("process", out _);
            },
            "the program behind the port is known");
        return port;
    }

    private static bool IsListening(JsonElement session) => session.GetProperty("exposedPorts")[0].TryGetProperty("listening", out var listening) && listening.GetBoolean();

    private static async Task<JsonElement> SeenAsync(PortalProcess portal, string session, Func<JsonElement, bool> condition)
    {
        JsonElement seen = default;
        var answer = "";
        try
        {
            await Eventually.TrueAsync(
                async () =>
                {
                    using var response = await portal.Api.Http.GetAsync($"/v1/sessions/{session}");
                    answer = await response.Content.ReadAsStringAsync();
                    seen = response.IsSuccessStatusCode ? JsonElement.Parse(answer) : default;
                    return seen.ValueKind == JsonValueKind.Object && condition(seen);
                },
                $"session {session} is as expected",
                TimeSpan.FromSeconds(30));
            return seen;
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException($"{exception.Message}: {answer}\n{portal.Child.Output}", exception);
        }
    }
}
