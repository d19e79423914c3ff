using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using PortPortal.Tests.Support;

namespace PortPortal.Tests.Nodes;

/// <summary>Machines join, and their sessions are reached through the stream they keep.</summary>
public sealed class NodeTests : IAsyncLifetime
{
    private PortalApp _portal = null!;

    public async Task InitializeAsync() => _portal = await PortalApp.StartAsync(new Dictionary<string, string?> { ["Nodes:WireGuard"] = "Off" });

    public async Task DisposeAsync() => await _portal.DisposeAsync();

    [Fact]
    public async Task S27_SessionOnANode_IsReachedThroughTheNodeThatOwnsIt()
    {
        await using var app = await EchoApp.StartAsync();
        await using var agent = await AgentApp.JoinAsync(_portal, "far");
        await AwaitStateAsync("far", "connected");
        await _portal.Api.RegisterSessionAsync(new { name = "shop", address = "127.0.0.1", node = "far" });
        var url = new Uri((await _portal.Api.ExposeAsync("shop", app.Port)).GetProperty("url").GetString()!);

        using var visitor = _portal.Http.NewClient();
        await Eventually.TrueAsync(async () => (await visitor.GetAsync(url)).IsSuccessStatusCode, "the app is reached through the node");
        var echo = await visitor.GetStringAsync(new Uri(url, "/echo"));
        using var socket = await _portal.Http.OpenSocketAsync(new UriBuilder(new Uri(url, "/ws")) { Scheme = "wss" }.Uri, CancellationToken.None);
        await socket.SendAsync("hi"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        var buffer = new byte[16];
        var received = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromSeconds(10));

        Assert.Contains("X-Forwarded-For: 127.0.0.1", echo, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("hi", Encoding.UTF8.GetString(buffer, 0, received.Count));
        Assert.Equal(10_000_000, (await visitor.GetByteArrayAsync(new Uri(url, "/bytes/10000000"))).Length);
        Assert.Equal("stream", (await NodeAsync("far")).GetProperty("way").GetString());
    }

    [Fact]
    public async Task F18_Forward_OnANode_AnswersWithTheNodesOwnPublicName_AndIsReachedThere()
    {
        await using var app = await EchoApp.StartAsync();
        var token = (await _portal.Api.SendAsync(HttpMethod.Post, "/v1/nodes", new { name = "compute-1", host = "compute-1.example.com" })).GetProperty("token").GetString()!;
        await using var agent = await AgentApp.StartAsync(_portal, token);
        await AwaitStateAsync("compute-1", "connected");
        var far = (await _portal.Api.RegisterSessionAsync(new { name = "shop", address = "127.0.0.1", node = "compute-1" })).GetProperty("id").GetString();
        var near = (await _portal.Api.RegisterSessionAsync(new { name = "here", address = "127.0.0.1" })).GetProperty("id").GetString();

        var ofNode = await _portal.Api.SendAsync(HttpMethod.Post, $"/instances/{far}/port-forwards", new { guest_port = app.Port });
        var ofPortal = await _portal.Api.SendAsync(HttpMethod.Post, $"/instances/{near}/port-forwards", new { guest_port = app.Port });

        Assert.Equal("compute-1.example.com", ofNode.GetProperty("hostname").GetString());
        Assert.Equal("localhost", ofPortal.GetProperty("hostname").GetString());
        using var http = new HttpClient();
        var port = ofNode.GetProperty("port_forward").GetProperty("host_port").GetInt32();
        await Eventually.TrueAsync(async () => await AnswersAsync(http, port), "the node itself forwards", TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task LostNode_SessionIsUnknownAndVisitorsAreTold_UntilItIsBackAtTheSameAddress()
    {
        await using var app = await EchoApp.StartAsync();
        var agent = await AgentApp.JoinAsync(_portal, "far");
        await AwaitStateAsync("far", "connected");
        await _portal.Api.RegisterSessionAsync(new { name = "shop", address = "127.0.0.1", node = "far" });
        var url = new Uri((await _portal.Api.ExposeAsync("shop", app.Port)).GetProperty("url").GetString()!);
        using var visitor = _portal.Http.NewClient();
        await Eventually.TrueAsync(async () => (await visitor.GetAsync(url)).IsSuccessStatusCode, "the app is reached through the node");

        await agent.StopAsync();
        await AwaitStateAsync("far", "unreachable", TimeSpan.FromSeconds(4));
        using var refused = await visitor.GetAsync(url);
        var session = await _portal.Api.SessionAsync("shop");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Contains("node_unreachable", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.True(session.TryGetProperty("problemSince", out _));

        await agent.RestartAsync(_portal);
        await Eventually.TrueAsync(async () => (await visitor.GetAsync(url)).IsSuccessStatusCode, "the same address works again");
        Assert.False((await _portal.Api.SessionAsync("shop")).TryGetProperty("problemSince", out _));
        await agent.DisposeAsync();
    }

    [Fact]
    public async Task Session_OfAnUnknownOrDrainingNode_IsRefused()
    {
        await using var agent = await AgentApp.JoinAsync(_portal, "far");
        await _portal.Api.SendAsync(HttpMethod.Post, "/v1/nodes/far/drain");

        var draining = await RefusedAsync(HttpMethod.Post, "/v1/sessions", new { name = "shop", address = "127.0.0.1", node = "far" });
        var unknown = await RefusedAsync(HttpMethod.Post, "/v1/sessions", new { name = "shop", address = "127.0.0.1", node = "nowhere" });
        var tunnel = await RefusedAsync(HttpMethod.Post, "/v1/sessions", new { name = "shop", address = "10.213.0.2" });

        Assert.Equal((409, "draining"), (draining.Status, draining.Code));
        Assert.Equal((400, "invalid_request"), (unknown.Status, unknown.Code));
        Assert.Equal((400, "invalid_address"), (tunnel.Status, tunnel.Code));
    }

    [Fact]
    public async Task RemovedNode_EndsItsSessions_AndItsKeyOpensNothing()
    {
        await using var agent = await AgentApp.JoinAsync(_portal, "far");
        await AwaitStateAsync("far", "connected");
        await _portal.Api.RegisterSessionAsync(new { name = "shop", address = "127.0.0.1", node = "far" });

        await _portal.Api.SendAsync(HttpMethod.Delete, "/v1/nodes/far");

        Assert.Equal("terminated", (await _portal.Api.SessionAsync((await _portal.Api.SendAsync(HttpMethod.Get, "/v1/sessions?state=terminated"))[0].GetProperty("id").GetString()!)).GetProperty("state").GetString());
        Assert.Equal((404, "not_found"), await StatusAsync(HttpMethod.Delete, "/v1/nodes/far"));
        await Eventually.TrueAsync(() => _portal.Get<Engine.Nodes.NodeLinks>().SilenceOf(agent.Id) is null, "its stream is cut");
    }

    [Theory]
    [InlineData("{}", "name")]
    [InlineData("""{"name":"Far Away"}""", "name")]
    [InlineData("""{"name":"local"}""", "name")]
    [InlineData("""{"name":"far","host":"not a host"}""", "host")]
    [InlineData("""{"name":"far","ttlSeconds":1}""", "ttlSeconds")]
    [InlineData("""{"name":"far","address":"10.0.0.1"}""", "address")]
    public async Task NewNode_OfAWrongRequest_IsRefusedByTheFieldsName(string body, string field)
    {
        using var response = await _portal.Api.Http.PostAsync("/v1/nodes", new StringContent(body, Encoding.UTF8, "application/json"));
        var problem = JsonElement.Parse(await response.Content.ReadAsStringAsync());

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(field, Assert.Single(problem.GetProperty("errors").EnumerateArray()).GetProperty("field").GetString());
    }

    [Fact]
    public async Task Nodes_ForAnyoneButAdmins_AreClosed()
    {
        var key = (await _portal.Api.SendAsync(HttpMethod.Post, "/v1/api-keys", new { name = "m", role = "member" })).GetProperty("key").GetString()!;
        using var member = new PortalApi(_portal.Http.NewClient(), _portal.Portal, key);

        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => member.SendAsync(HttpMethod.Post, "/v1/nodes", new { name = "far" }));

        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }

    private static async Task<bool> AnswersAsync(HttpClient http, int port)
    {
        try
        {
            using var response = await http.GetAsync(new Uri($"http://127.0.0.1:{port}/users"));
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task AwaitStateAsync(string node, string state, TimeSpan? within = null) =>
        await Eventually.TrueAsync(async () => (await NodeAsync(node)).GetProperty("state").GetString() == state, $"{node} is {state}", within);

    private async Task<JsonElement> NodeAsync(string name)
    {
        var feed = _portal.Get<Engine.Nodes.NodeFeed>();
        await Task.Yield();
        return JsonSerializer.SerializeToElement(Wire.NodeMapping.ToInfo(feed.FindByIdOrName(name)!), JsonSerializerOptions.Web);
    }

    private async Task<(int Status, string Code)> RefusedAsync(HttpMethod method, string path, object body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = System.Net.Http.Json.JsonContent.Create(body) };
        using var response = await _portal.Api.Http.SendAsync(request);
        return ((int)response.StatusCode, JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("code").GetString()!);
    }

    private async Task<(int Status, string Code)> StatusAsync(HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, path);
        using var response = await _portal.Api.Http.SendAsync(request);
        return ((int)response.StatusCode, JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("code").GetString()!);
    }
}
