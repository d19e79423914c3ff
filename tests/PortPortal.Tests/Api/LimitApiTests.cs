using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using PortPortal.Engine.Audit;
using PortPortal.Engine.Data;
using PortPortal.Tests.Support;

namespace PortPortal.Tests.Api;

/// <summary>Policy and profiles through the API, and what they do to ports that are open. Each test changes the limits of a whole portal, so each has its own.</summary>
public sealed class LimitApiTests : IAsyncLifetime
{
    private static readonly string[] Listed = ["*@example.com"];

    private PortalApp _portal = null!;
    private EchoApp _app = null!;

    public async Task InitializeAsync() => (_portal, _app) = (await PortalApp.StartAsync(), await EchoApp.StartAsync());

    public async Task DisposeAsync()
    {
        await _portal.DisposeAsync();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task Profiles_AtTheStart_AreDevAndStrict()
    {
        var profiles = await _portal.Api.SendAsync(HttpMethod.Get, "/v1/profiles");

        Assert.Equal(["dev", "strict"], profiles.EnumerateArray().Select(profile => profile.GetProperty("name").GetString()!));
        Assert.Equal((32, 5), (profiles[0].GetProperty("maxExposedPorts").GetInt32(), profiles[0].GetProperty("maxForwardedPorts").GetInt32()));
        Assert.Equal((1.0, 10), (profiles[1].GetProperty("requestsPerSecond").GetDouble(), profiles[1].GetProperty("requestBurst").GetInt32()));
    }

    [Fact]
    public async Task Profile_MadeChangedDeleted_IsInForceAtEachStep()
    {
        await _portal.Api.SendAsync(HttpMethod.Post, "/v1/profiles", new { name = "lab", maxExposedPorts = 2, widestAccess = "pin" });
        await _portal.Api.RegisterSessionAsync(new { name = "in-the-lab", address = "127.0.2.1", profile = "lab" });

        var refused = await _portal.Api.Http.PostAsJsonAsync("/v1/sessions/in-the-lab/ports", new { port = 3000, access = "public" });
        var problem = JsonElement.Parse(await refused.Content.ReadAsStringAsync());
        Assert.Equal((HttpStatusCode.Forbidden, "policy_forbids"), (refused.StatusCode, problem.GetProperty("code").GetString()));
        Assert.Contains("allow is pin", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);

        await _portal.Api.SendAsync(HttpMethod.Put, "/v1/profiles/lab", new { widestAccess = "public" });
        await _portal.Api.ExposeAsync("in-the-lab", 3000, "public");
        Assert.Equal(2, (await _portal.Api.SendAsync(HttpMethod.Get, "/v1/profiles/lab")).GetProperty("maxExposedPorts").GetInt32());

        var held = await _portal.Api.Http.DeleteAsync("/v1/profiles/lab");
        Assert.Equal(HttpStatusCode.Conflict, held.StatusCode);
        Assert.Contains("in-the-lab", await held.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        await _portal.Api.TerminateAsync("in-the-lab");
        await _portal.Api.SendAsync(HttpMethod.Delete, "/v1/profiles/lab");
        Assert.Equal(HttpStatusCode.NotFound, (await _portal.Api.Http.GetAsync("/v1/profiles/lab")).StatusCode);
    }

    [Fact]
    public async Task DefaultProfile_CannotBeDeleted()
    {
        var answer = await _portal.Api.Http.DeleteAsync("/v1/profiles/dev");

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal("dev", (await _portal.Api.SendAsync(HttpMethod.Get, "/v1/profiles/dev")).GetProperty("name").GetString());
    }

    [Fact]
    public async Task Registration_WiderThanAllowed_IsRefusedWhole()
    {
        await _portal.Api.SendAsync(HttpMethod.Put, "/v1/policy", new { widestAccess = "email" });

        var answer = await _portal.Api.Http.PostAsJsonAsync("/v1/sessions", new { name = "wide", address = "127.0.2.2", network = new { expose = new[] { new { port = 3000, access = "sso" }, new { port = 3001, access = "pin" } } } });

        var problem = JsonElement.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal((HttpStatusCode.Forbidden, "network.expose[1].access"), (answer.StatusCode, problem.GetProperty("errors")[0].GetProperty("field").GetString()));
        Assert.Equal(HttpStatusCode.NotFound, (await _portal.Api.Http.GetAsync("/v1/sessions/wide")).StatusCode);
    }

    [Fact]
    public async Task DefaultAccess_OfThePolicy_IsThatOfAPortThatNamesNone()
    {
        await _portal.Api.SendAsync(HttpMethod.Put, "/v1/policy", new { defaultAccess = "pin" });
        await _portal.Api.RegisterSessionAsync(new { name = "plain", address = "127.0.2.3" });

        var port = await _portal.Api.ExposeAsync("plain", new { port = 3000 });

        Assert.Equal("pin", port.GetProperty("access").GetString());
        Assert.Matches("^[0-9]{6}$", port.GetProperty("pin").GetString());
    }

    [Fact]
    public async Task Cap_Lowered_NarrowsAtOnceCutsSocketsAndTellsTheOwner()
    {
        await _portal.Api.RegisterSessionAsync("shop");
        var exposed = await _portal.Api.ExposeAsync("shop", _app.Port, "public");
        var url = new Uri(exposed.GetProperty("url").GetString()!);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var socket = await _portal.Http.OpenSocketAsync(new UriBuilder(url) { Scheme = "wss", Path = "/ws" }.Uri, deadline.Token);

        var started = TimeProvider.System.GetTimestamp();
        await _portal.Api.SendAsync(HttpMethod.Put, "/v1/policy", new { widestAccess = "pin" });
        await Assert.ThrowsAnyAsync<WebSocketException>(() => socket.ReceiveAsync(new byte[10], deadline.Token));
        Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(1), "The socket is cut within a second.");

        var port = (await _portal.Api.SessionAsync("shop")).GetProperty("exposedPorts")[0];
        Assert.Equal("pin", port.GetProperty("access").GetString());
        Assert.Matches("^[0-9]{6}$", port.GetProperty("pin").GetString());
        Assert.Contains("from public to pin", port.GetProperty("notice").GetString(), StringComparison.Ordinal);
        var audit = await _portal.Get<Database>().RunAsync(db => db.Set<AuditEntry>().Where(entry => entry.Action == "port.narrowed").ToListAsync());
        Assert.Equal(_app.Port, Assert.Single(audit).Port);

        using var stranger = _portal.Http.NewClient();
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync(url)).StatusCode);
    }

    [Fact]
    public async Task S04_PublicUrl_IsAllThatAVisitorNeeds()
    {
        await _portal.Api.RegisterSessionAsync("shop");
        var exposed = await _portal.Api.ExposeAsync("shop", _app.Port, "public");

        using var stranger = _portal.Http.NewClient();
        using var answer = await stranger.GetAsync(exposed.GetProperty("url").GetString());

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task Cap_RaisedAgain_DoesNotWidenWhatWasNarrowed()
    {
        await _portal.Api.RegisterSessionAsync("shop");
        await _portal.Api.ExposeAsync("shop", 3000, "public");
        await _portal.Api.SendAsync(HttpMethod.Put, "/v1/policy", new { widestAccess = "sso" });

        await _portal.Api.SendAsync(HttpMethod.Put, "/v1/policy", new { widestAccess = "public" });

        Assert.Equal("sso", (await _portal.Api.SessionAsync("shop")).GetProperty("exposedPorts")[0].GetProperty("access").GetString());
        var widened = await _portal.Api.ChangeAsync("shop", 3000, new { access = "public" });
        Assert.False(widened.TryGetProperty("notice", out _));
    }

    [Fact]
    public async Task Cap_Email_WithoutAList_LeavesThePortToPeopleWhoSignIn()
    {
        await _portal.Api.RegisterSessionAsync("shop");
        await _portal.Api.ExposeAsync("shop", 3000, "public");
        await _portal.Api.ExposeAsync("shop", new { port = 3001, access = "pin", allowedEmails = Listed });

        await _portal.Api.SendAsync(HttpMethod.Put, "/v1/policy", new { widestAccess = "email" });

        var ports = (await _portal.Api.SessionAsync("shop")).GetProperty("exposedPorts").EnumerateArray().Select(port => port.GetProperty("access").GetString()!);
        Assert.Equal(["sso", "email"], ports);
    }

    [Fact]
    public async Task Limits_ForAMember_AreToReadOnly()
    {
        var key = (await _portal.Api.SendAsync(HttpMethod.Post, "/v1/api-keys", new { name = "member", role = "member" })).GetProperty("key").GetString()!;
        using var member = new PortalApi(_portal.Http.NewClient(), _portal.Portal, key);

        Assert.Equal("public", (await member.SendAsync(HttpMethod.Get, "/v1/policy")).GetProperty("widestAccess").GetString());
        foreach (var (method, path) in new[] { (HttpMethod.Put, "/v1/policy"), (HttpMethod.Post, "/v1/profiles"), (HttpMethod.Put, "/v1/profiles/dev"), (HttpMethod.Delete, "/v1/profiles/strict") })
        {
            var refusal = await Assert.ThrowsAsync<HttpRequestException>(() => member.SendAsync(method, path, method == HttpMethod.Delete ? null : new { }));
            Assert.Equal(HttpStatusCode.Forbidden, refusal.StatusCode);
        }
    }
}
