using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using PortPortal.Engine.Accounts;
using PortPortal.Engine.Common;
using PortPortal.Engine.Exposures;
using PortPortal.Tests.Support;

namespace PortPortal.Tests.Edge;

/// <summary>The bare base host and the hosts of sessions list what their visitor may open, and nothing else.</summary>
public sealed class EdgeIndexTests : IAsyncLifetime
{
    private PortalApp _portal = null!;

    private string Base => _portal.Get<PublicAddress>().BaseDomain;

    public async Task InitializeAsync()
    {
        _portal = await PortalApp.StartAsync();
        await _portal.Api.RegisterSessionAsync("shop");
        await _portal.Api.ExposeAsync("shop", new { port = 3000, access = "public", name = "web", label = "<b>Front" });
        await _portal.Api.ExposeAsync("shop", new { port = 4000, access = "sso", name = "secret" });
        await _portal.Api.RegisterSessionAsync("lab");
        await _portal.Api.ExposeAsync("lab", new { port = 5000, access = "pin" });
    }

    public Task DisposeAsync() => _portal.DisposeAsync().AsTask();

    [Fact]
    public async Task M29_Index_ForAProgram_IsJsonOfWhatAnyoneMayOpen()
    {
        using var answer = await AskAsync(Base, "application/json");
        var agents = JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("agents");

        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        var shop = Assert.Single(agents.EnumerateArray());
        Assert.Equal("shop", shop.GetProperty("name").GetString());
        Assert.Equal($"https://shop.{Base}:{_portal.Port}", shop.GetProperty("base_url").GetString());
        var web = Assert.Single(shop.GetProperty("endpoints").EnumerateArray());
        Assert.Equal("web", web.GetProperty("name").GetString());
        Assert.Equal($"https://web.shop.{Base}:{_portal.Port}", web.GetProperty("url").GetString());
    }

    [Fact]
    public async Task M29_Index_WithAKey_ListsWhatItsHolderMaySee()
    {
        using var all = await AskAsync(Base, "*/*", PortalApp.AdminApiKey);
        using var wrong = await AskAsync(Base, "*/*", PortalApp.AdminApiKey + "x");

        Assert.Equal(["lab: 5000", "shop: web, secret"], Words(await all.Content.ReadAsStringAsync()));
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        Assert.Contains("api_key_required", await wrong.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task M29_Index_WithAMembersKey_LeavesOutWhatIsOthers()
    {
        var member = await _portal.Api.SendAsync(HttpMethod.Post, "/v1/users", new { name = "Otto", email = "otto@example.com", role = "member" });
        var otto = _portal.Get<AccountDirectory>().FindActor(member.GetProperty("id").GetString()!)!;
        var key = (await _portal.Get<ApiKeyService>().CreateAsync(new("otto's", Role.Member, null), otto, [], CancellationToken.None)).Value!.Text;
        using var theirs = new PortalApi(_portal.Http.NewClient(), _portal.Portal, key);
        await theirs.RegisterSessionAsync(new { name = "ottos", address = "10.78.0.2" });
        await theirs.ExposeAsync("ottos", 3001, "sso");

        using var answer = await AskAsync(Base, "*/*", key);

        Assert.Equal(["ottos: 3001"], Words(await answer.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task M29_Index_ForABrowser_IsASmallPageWithLinks()
    {
        using var answer = await AskAsync(Base, "text/html");
        var page = await answer.Content.ReadAsStringAsync();

        Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
        Assert.True(page.Length < 20_000, $"{page.Length} characters");
        Assert.Contains("default-src 'none'; style-src 'sha256-", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Contains($"""<h2><a href="https://shop.{Base}:{_portal.Port}/">shop</a></h2>""", page, StringComparison.Ordinal);
        Assert.Contains($"""href="https://web.shop.{Base}:{_portal.Port}/"><b>web</b> <span>&lt;b&gt;Front</span>""", page, StringComparison.Ordinal);
        Assert.Contains($"""href="{_portal.Portal}">Sign in to see yours</a>""", page, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", page, StringComparison.Ordinal);
        Assert.DoesNotContain(">lab<", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task M29_Index_OfVeryMuch_StaysSmallAndCountsTheRest()
    {
        _portal.Get<ExposureFeed>().Publish(Enumerable.Range(0, 1000).Select(i => EdgeWorld.NewExposure($"many{i / 10}", 10_000 + i, new(IPAddress.Loopback, 1))));

        using var answer = await AskAsync(Base, "text/html");
        var page = await answer.Content.ReadAsStringAsync();

        Assert.True(page.Length < 20_000, $"{page.Length} characters");
        Assert.Equal(1001, page.Split("<li>").Length - 1 + int.Parse(page.Split("And <b>")[1].Split('<')[0], System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task M29_Index_OfASession_ListsItsEndpoints_AndLooksAbsentWhereNoneIsForTheAsker()
    {
        using var shop = await AskAsync($"shop.{Base}", "application/json");
        using var lab = await AskAsync($"lab.{Base}", "application/json");
        using var nobody = await AskAsync($"nobody.{Base}", "application/json");
        using var labWithKey = await AskAsync($"lab.{Base}", "application/json", PortalApp.AdminApiKey);

        Assert.Equal(["shop: web"], Words(await shop.Content.ReadAsStringAsync()));
        Assert.Equal(HttpStatusCode.NotFound, lab.StatusCode);
        Assert.Equal(await nobody.Content.ReadAsStringAsync(), await lab.Content.ReadAsStringAsync());
        Assert.Equal(["lab: 5000"], Words(await labWithKey.Content.ReadAsStringAsync()));
    }

    [Theory]
    [InlineData("wbe.shop")]
    [InlineData("wbe--shop")]
    [InlineData("3001-shop")]
    [InlineData("shop-3001")]
    public async Task M26_WrongName_OfASession_IsToldTheOnesThereAre(string host)
    {
        var asked = host.Contains("wbe", StringComparison.Ordinal) ? "wbe" : "3001";
        using var program = await AskAsync($"{host}.{Base}", "application/json", path: "/v2/items?x=1");
        using var person = await AskAsync($"{host}.{Base}", "text/html");
        using var terminal = await AskAsync($"{host}.{Base}", "text/plain");
        var problem = await program.Content.ReadAsStringAsync();
        var page = await person.Content.ReadAsStringAsync();

        Assert.All([program, person, terminal], answer => Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode));
        Assert.Equal("application/problem+json", program.Content.Headers.ContentType?.MediaType);
        Assert.Equal("not_found", JsonElement.Parse(problem).GetProperty("code").GetString());
        Assert.Equal($"shop has no open endpoint “{asked}”. It has: web.", JsonElement.Parse(problem).GetProperty("detail").GetString());
        Assert.Equal(["shop: web"], Words(problem));
        Assert.Contains($"""href="https://web.shop.{Base}:{_portal.Port}/"><b>web</b>""", page, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", page, StringComparison.Ordinal);
        Assert.StartsWith($"shop has no open endpoint “{asked}”", await terminal.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task M26_WrongName_OfASessionThatIsNotTheAskersToSee_IsLikeOneOfNoSession()
    {
        using var nobody = await AskAsync($"web.nobody.{Base}", "application/json");
        using var lab = await AskAsync($"web.lab.{Base}", "application/json");
        using var labPort = await AskAsync($"5001-lab.{Base}", "text/html");
        using var nobodyPort = await AskAsync($"5001-nobody.{Base}", "text/html");
        using var appsKey = await AskAsync($"wbe.shop.{Base}", "application/json", "a-token-of-the-apps-own");
        using var holder = await AskAsync($"5001-lab.{Base}", "application/json", PortalApp.AdminApiKey);
        using var holderOfAll = await AskAsync($"wbe.shop.{Base}", "application/json", PortalApp.AdminApiKey);

        var nothing = await nobody.Content.ReadAsStringAsync();
        Assert.Equal(nothing, await lab.Content.ReadAsStringAsync());
        Assert.Equal(nothing, await appsKey.Content.ReadAsStringAsync());
        Assert.Equal((await nobodyPort.Content.ReadAsStringAsync()).Replace("nobody", "lab", StringComparison.Ordinal), await labPort.Content.ReadAsStringAsync());
        Assert.All([nobody, lab, labPort, appsKey, holder], answer => Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode));
        Assert.Equal(["lab: 5000"], Words(await holder.Content.ReadAsStringAsync()));
        Assert.Equal(["shop: web, secret"], Words(await holderOfAll.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task M26_WrongName_UnderADomainOfTheWorld_IsToldToKeysAlone()
    {
        await using var portal = await PortalApp.StartAsync(new Dictionary<string, string?>(StringComparer.Ordinal) { ["Edge:BaseDomain"] = "fleet.example.com" });
        await portal.Api.RegisterSessionAsync("shop");
        await portal.Api.ExposeAsync("shop", new { port = 3000, access = "public" });

        using var stranger = await AskAsync(portal, "3001-shop.fleet.example.com", "application/json");
        using var nobody = await AskAsync(portal, "3001-nobody.fleet.example.com", "application/json");
        using var holder = await AskAsync(portal, "3001-shop.fleet.example.com", "application/json", PortalApp.AdminApiKey);

        Assert.Equal(HttpStatusCode.NotFound, stranger.StatusCode);
        Assert.Equal(await nobody.Content.ReadAsStringAsync(), await stranger.Content.ReadAsStringAsync());
        Assert.Equal(["shop: 3000"], Words(await holder.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task M29_Index_UnderADomainOfTheWorld_IsForKeysAlone()
    {
        await using var portal = await PortalApp.StartAsync(new Dictionary<string, string?>(StringComparer.Ordinal) { ["Edge:BaseDomain"] = "fleet.example.com" });
        await portal.Api.RegisterSessionAsync("shop");
        await portal.Api.ExposeAsync("shop", new { port = 3000, access = "public" });

        using var stranger = await AskAsync(portal, "fleet.example.com", "text/html");
        using var session = await AskAsync(portal, "shop.fleet.example.com", "application/json");
        using var basic = await AskAsync(portal, "fleet.example.com", "*/*", "c29tZTpvbmU=", "Basic");
        using var holder = await AskAsync(portal, "fleet.example.com", "*/*", PortalApp.AdminApiKey);

        Assert.Equal((HttpStatusCode.Redirect, portal.Portal), (stranger.StatusCode, stranger.Headers.Location));
        Assert.Equal(HttpStatusCode.NotFound, session.StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, basic.StatusCode);
        Assert.Equal(["shop: 3000"], Words(await holder.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task M29_Index_AfterAPortIsNarrowedOrClosed_HasItNoMore()
    {
        await _portal.Api.ChangeAsync("shop", 3000, new { access = "sso" });
        using var narrowed = await AskAsync(Base, "text/html");

        Assert.Contains("Nothing is open to everyone", await narrowed.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private Task<HttpResponseMessage> AskAsync(string host, string accept, string? key = null, string path = "/") => AskAsync(_portal, host, accept, key, path: path);

    private static async Task<HttpResponseMessage> AskAsync(PortalApp portal, string host, string accept, string? key = null, string scheme = "Bearer", string path = "/")
    {
        using var client = portal.Http.NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"https://{host}:{portal.Port}{path}"));
        request.Headers.Accept.ParseAdd(accept);
        request.Headers.Authorization = key is null ? null : new AuthenticationHeaderValue(scheme, key);
        return await client.SendAsync(request);
    }

    private static List<string> Words(string json) => [.. JsonElement.Parse(json).GetProperty("agents").EnumerateArray().Select(agent =>
        $"{agent.GetProperty("name").GetString()}: {string.Join(", ", agent.GetProperty("endpoints").EnumerateArray().Select(endpoint => endpoint.GetProperty("name").GetString()))}")];
}
