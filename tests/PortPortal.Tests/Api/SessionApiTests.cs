using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace PortPortal.Tests.Api;

/// <summary>Sessions and ports through the API of the real program.</summary>
[Collection(PortalDefinition.Name)]
public sealed class SessionApiTests(RunningPortal portal)
{
    private const string PawsExample = """
        {
          "role": "fullstack-dev", "snapshot": "fullstack", "address": "127.20.30.40",
          "agent": { "framework": "claude-code", "prompt": "Build a Next.js app based on $TRIGGER_PAYLOAD" },
          "network": {
            "allowOut": ["api.anthropic.com", "packages.example.org", "github.com"],
            "credentials": { "api.anthropic.com": { "headers": { "x-api-key": "sk-ant-..." } } },
            "expose": [
              { "port": 3000, "protocol": "http", "label": "Next.js dev server", "access": "sso" },
              { "port": 5432, "protocol": "http", "label": "pgAdmin", "access": "public" }
            ]
          }
        }
        """;

    [Fact]
    public async Task P02_PawsExample_IsAcceptedUnchanged()
    {
        using var response = await portal.Api.Http.PostAsync("/v1/sessions", new StringContent(PawsExample, Encoding.UTF8, "application/json"));

        var session = JsonElement.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var id = session.GetProperty("id").GetString()!;
        Assert.Matches("^[a-z2-7]{12}$", id);
        Assert.Equal(
            [$"https://3000-{id}.localhost:{portal.Process.Port}", $"https://5432-{id}.localhost:{portal.Process.Port}"],
            session.GetProperty("exposedPorts").EnumerateArray().Select(port => port.GetProperty("url").GetString()!));
    }

    [Fact]
    public async Task P04_Access_LeftOut_IsSso()
    {
        var session = await portal.Api.RegisterSessionAsync(new { address = "127.0.1.2", network = new { expose = new[] { new { port = 3000 } } } });

        var port = session.GetProperty("exposedPorts")[0];
        Assert.Equal("sso", port.GetProperty("access").GetString());
        Assert.False(port.TryGetProperty("label", out _));
    }

    [Fact]
    public async Task R19_Expose_Twice_GivesTheSameUrl()
    {
        await portal.Api.RegisterSessionAsync("twice");
        using var first = await portal.Api.Http.PostAsJsonAsync("/v1/sessions/twice/ports", new { port = 3000, access = "public" });
        using var second = await portal.Api.Http.PostAsJsonAsync("/v1/sessions/twice/ports", new { port = 3000 });

        Assert.Equal(HttpStatusCode.Created, first.StatusCode);
        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        Assert.Equal(await first.Content.ReadAsStringAsync(), await second.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task R20_Close_Twice_IsNoError()
    {
        await portal.Api.RegisterSessionAsync("close-twice");
        await portal.Api.ExposeAsync("close-twice", 3000);

        await portal.Api.CloseAsync("close-twice", 3000);
        await portal.Api.CloseAsync("close-twice", 3000);

        Assert.Empty((await portal.Api.SessionAsync("close-twice")).GetProperty("exposedPorts").EnumerateArray());
    }

    [Fact]
    public async Task R09_Pause_ClosesAndResumeReopensAtTheSameUrl()
    {
        await portal.Api.RegisterSessionAsync("napping");
        var url = (await portal.Api.ExposeAsync("napping", 3000)).GetProperty("url").GetString();

        await portal.Api.PauseAsync("napping");
        var paused = (await portal.Api.SessionAsync("napping")).GetProperty("exposedPorts")[0];
        await portal.Api.ResumeAsync("napping");
        var resumed = (await portal.Api.SessionAsync("napping")).GetProperty("exposedPorts")[0];

        Assert.Equal("paused", paused.GetProperty("state").GetString());
        Assert.Equal(("active", url), (resumed.GetProperty("state").GetString(), resumed.GetProperty("url").GetString()));
    }

    [Fact]
    public async Task R10_PortClosedByHand_StaysClosedThroughPauseAndResume()
    {
        await portal.Api.RegisterSessionAsync("by-hand");
        await portal.Api.ExposeAsync("by-hand", 3000);
        await portal.Api.CloseAsync("by-hand", 3000);

        await portal.Api.PauseAsync("by-hand");
        await portal.Api.ResumeAsync("by-hand");

        Assert.Empty((await portal.Api.SessionAsync("by-hand")).GetProperty("exposedPorts").EnumerateArray());
    }

    [Fact]
    public async Task R11_Expose_InAPausedSession_IsRefused()
    {
        await portal.Api.RegisterSessionAsync("asleep");
        await portal.Api.PauseAsync("asleep");

        using var response = await portal.Api.Http.PostAsJsonAsync("/v1/sessions/asleep/ports", new { port = 3000 });

        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        Assert.Contains("session_not_running", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task R15_PortOutsideTheNetworkPolicy_IsRefusedInItsWords()
    {
        await portal.Api.RegisterSessionAsync(new { name = "walled", address = "127.0.1.3", network = new { ingress = new { allowPorts = Enumerable.Repeat(3000, 1) } } });

        using var response = await portal.Api.Http.PostAsJsonAsync("/v1/sessions/walled/ports", new { port = 4000 });

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Contains("by network policy", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await portal.Api.ExposeAsync("walled", 3000);
    }

    [Fact]
    public async Task M17_Name_InUse_IsAConflict()
    {
        await portal.Api.RegisterSessionAsync("taken");

        var refusal = await Assert.ThrowsAsync<HttpRequestException>(() => portal.Api.RegisterSessionAsync("taken"));

        Assert.Equal(HttpStatusCode.Conflict, refusal.StatusCode);
        Assert.Contains("Name already in use", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task M10_Name_AfterTheEnd_IsFreeForItsOwner()
    {
        await portal.Api.RegisterSessionAsync("again");
        await portal.Api.TerminateAsync("again");

        var second = await portal.Api.RegisterSessionAsync("again");

        Assert.Equal("running", second.GetProperty("state").GetString());
    }

    [Fact]
    public async Task ManyAtOnce_OneName_OneWins()
    {
        var attempts = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => portal.Api.Http.PostAsJsonAsync("/v1/sessions", new { name = "raced", address = "127.0.1.4" })));

        Assert.Single(attempts, answer => answer.StatusCode == HttpStatusCode.Created);
        Assert.Equal(11, attempts.Count(answer => answer.StatusCode == HttpStatusCode.Conflict));
    }

    [Fact]
    public async Task IdempotencyKey_SentAgain_BringsTheFirstAnswer()
    {
        var first = await PostWithKeyAsync("one-key", """{"address":"127.0.1.5"}""");
        var second = await PostWithKeyAsync("one-key", """{"address":"127.0.1.5"}""");
        var other = await PostWithKeyAsync("one-key", """{"address":"127.0.1.6"}""");

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.Created, HttpStatusCode.Conflict), (first.Status, second.Status, other.Status));
        Assert.Equal(first.Body, second.Body);
        Assert.Contains("idempotency_conflict", other.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S17_ThisMachine_ShowsWhatListensWithinTwoSeconds()
    {
        await using var app = await EchoApp.StartAsync(port: FreePort.Next());

        await Eventually.TrueAsync(
            async () => (await portal.Api.SendAsync(HttpMethod.Get, "/v1/sessions/this-machine/ports")).GetProperty("ports").EnumerateArray().Any(port => port.GetProperty("port").GetInt32() == app.Port),
            "the new listener is among the ports",
            TimeSpan.FromSeconds(4));
    }

    [Fact]
    public async Task OpenApi_DescribesTheCalls()
    {
        var document = await portal.Api.SendAsync(HttpMethod.Get, "/openapi/v1.json");

        var paths = document.GetProperty("paths").EnumerateObject().Select(path => path.Name).ToList();
        Assert.Contains("/v1/sessions/{session}/ports/{port}", paths);
        Assert.Contains("/v1/events", paths);
    }

    private async Task<(HttpStatusCode Status, string Body)> PostWithKeyAsync(string key, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/sessions") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("Idempotency-Key", key);
        using var response = await portal.Api.Http.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
