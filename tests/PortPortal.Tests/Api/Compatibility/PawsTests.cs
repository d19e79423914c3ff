using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace PortPortal.Tests.Api.Compatibility;

/// <summary>What the page of paws says of declared ports and of what the session tells about them.</summary>
[Collection(PortalDefinition.Name)]
public sealed class PawsTests(RunningPortal portal)
{
    private static readonly string[] PageRules = ["*@company.com", "contractor@example.com"];

    [Fact]
    public async Task P01P15_OnlyDeclaredPorts_AreReachable_AndWithoutAnotherCall()
    {
        await using var declared = await EchoApp.StartAsync();
        await using var other = await EchoApp.StartAsync();
        var session = await RegisterAsync(new { port = declared.Port, access = "public" });

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(session, declared.Port));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(session, other.Port));
    }

    [Fact]
    public async Task P03P27_Entry_HasWhatWasDeclared_AndUrlAndShareLink()
    {
        var session = await RegisterAsync(new { port = 3000, protocol = "http", label = "Preview app", access = "email", allowedEmails = PageRules });

        var entry = Assert.Single(await EntriesAsync(session));
        Assert.Equal((3000, "Preview app", "email"), (entry.GetProperty("port").GetInt32(), entry.GetProperty("label").GetString(), entry.GetProperty("access").GetString()));
        Assert.Equal($"https://3000-{session}.localhost:{portal.Process.Port}", entry.GetProperty("url").GetString());
        Assert.Matches($"^https://localhost:{portal.Process.Port}/share/[a-z2-7]+$", entry.GetProperty("shareLink").GetString());
        Assert.Equal(PageRules, entry.GetProperty("allowedEmails").EnumerateArray().Select(rule => rule.GetString()!));
    }

    [Fact]
    public async Task P05_ProtocolAndLabel_LeftOut_AreHttpAndNone()
    {
        await using var app = await EchoApp.StartAsync();
        var session = await RegisterAsync(new { port = app.Port, access = "public" });

        Assert.False(Assert.Single(await EntriesAsync(session)).TryGetProperty("label", out _));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(session, app.Port));
    }

    [Theory]
    [InlineData("ftp", 3000, "network.expose[0].protocol", "invalid_protocol")]
    [InlineData("http", 0, "network.expose[0].port", "invalid_port")]
    [InlineData("http", 65536, "network.expose[0].port", "invalid_port")]
    public async Task P06_OtherValues_AreFaultsOfTheirField(string protocol, int port, string field, string code)
    {
        using var response = await portal.Api.Http.PostAsJsonAsync("/v1/sessions", new { address = "127.0.3.1", network = new { expose = new[] { new { port, protocol } } } });

        var fault = Assert.Single(JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("errors").EnumerateArray());
        Assert.Equal((HttpStatusCode.BadRequest, field, code), (response.StatusCode, fault.GetProperty("field").GetString(), fault.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task P07P08P21_SeveralPorts_HaveModesOfTheirOwn_AndOnlyThePinPortHasAPin()
    {
        var session = await RegisterAsync(new { port = 3000, access = "sso" }, new { port = 5432, access = "pin" });

        var entries = await EntriesAsync(session);

        Assert.Equal([(3000, "sso"), (5432, "pin")], entries.Select(entry => (entry.GetProperty("port").GetInt32(), entry.GetProperty("access").GetString()!)));
        Assert.False(entries[0].TryGetProperty("pin", out _));
        Assert.Matches("^[0-9]{6}$", entries[1].GetProperty("pin").GetString());
    }

    [Fact]
    public async Task P09_WithoutExpose_TheSessionRunsWithNoPort()
    {
        var session = await portal.Api.RegisterSessionAsync(new { address = "127.0.3.1" });

        Assert.Equal("running", session.GetProperty("state").GetString());
        Assert.Empty(session.GetProperty("exposedPorts").EnumerateArray());
    }

    [Fact]
    public async Task P26P28_SessionCall_TellsPortsToTheBearerOfAKeyAlone()
    {
        var session = await RegisterAsync(new { port = 3000 });
        using var stranger = portal.Process.Http.NewClient();

        using var refused = await stranger.GetAsync(new Uri(portal.Process.Portal, $"/v1/sessions/{session}"));

        Assert.Single(await EntriesAsync(session));
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.DoesNotContain("3000", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task P41_ForwardedHeaders_ReachTheAppAsOrdinaryOnes()
    {
        await using var app = await EchoApp.StartAsync();
        var session = await RegisterAsync(new { port = app.Port, access = "public" });
        using var visitor = portal.Process.Http.NewClient();

        var head = await visitor.GetStringAsync(new Uri(UrlOf(session, app.Port), "/echo"));

        Assert.Contains("X-Forwarded-For: 127.0.0.1\r\n", head, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("X-Forwarded-Proto: https\r\n", head, StringComparison.OrdinalIgnoreCase);
        Assert.Contains($"X-Forwarded-Host: {UrlOf(session, app.Port).Authority}", head, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task S32_Webhook_WithoutCookies_ReachesAPublicPort()
    {
        await using var app = await EchoApp.StartAsync();
        var session = await RegisterAsync(new { port = app.Port, access = "public" });
        using var sender = portal.Process.Http.NewClient();

        using var response = await sender.PostAsJsonAsync(new Uri(UrlOf(session, app.Port), "/echo"), new { happened = true });

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("POST /echo", app.Requests);
    }

    private async Task<string> RegisterAsync(params object[] expose) =>
        (await portal.Api.RegisterSessionAsync(new { address = "127.0.0.1", network = new { expose } })).GetProperty("id").GetString()!;

    private async Task<List<JsonElement>> EntriesAsync(string session) => [.. (await portal.Api.SessionAsync(session)).GetProperty("exposedPorts").EnumerateArray()];

    private Uri UrlOf(string session, int port) => new($"https://{port}-{session}.localhost:{portal.Process.Port}/");

    private async Task<HttpStatusCode> StatusAsync(string session, int port)
    {
        using var visitor = portal.Process.Http.NewClient();
        using var response = await visitor.GetAsync(UrlOf(session, port));
        return response.StatusCode;
    }
}
