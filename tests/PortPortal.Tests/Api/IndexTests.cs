using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace PortPortal.Tests.Api;

/// <summary>The bare base domain: browsers go to the portal, programs get a list of what they may see.</summary>
[Collection(PortalDefinition.Name)]
public sealed class IndexTests(RunningPortal portal)
{
    private Uri Bare => new($"https://localhost:{portal.Process.Port}/");

    [Fact]
    public async Task M29_BareHost_ForAProgramWithAKey_ListsSessionsAndTheirEndpoints()
    {
        await portal.Api.RegisterSessionAsync("indexed");
        await portal.Api.ExposeAsync("indexed", new { port = 3000, access = "sso", label = "web" });

        var answer = JsonElement.Parse(await portal.Api.Http.GetStringAsync(Bare));
        var agent = answer.GetProperty("agents").EnumerateArray().Single(one => one.GetProperty("name").GetString() == "indexed");

        Assert.Equal($"https://indexed.localhost:{portal.Process.Port}", agent.GetProperty("base_url").GetString());
        var endpoint = Assert.Single(agent.GetProperty("endpoints").EnumerateArray());
        Assert.Equal("web", endpoint.GetProperty("name").GetString());
        Assert.StartsWith("https://3000-", endpoint.GetProperty("url").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task M29_BareHost_ForAStranger_ListsNothing()
    {
        await portal.Api.RegisterSessionAsync("unseen");
        using var stranger = portal.Process.Http.NewClient();

        Assert.Equal("""{"agents":[]}""", await stranger.GetStringAsync(Bare));
    }

    [Fact]
    public async Task M29_BareHost_ForABrowser_LeadsToThePortal()
    {
        using var browser = portal.Process.Http.NewClient();
        browser.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));

        using var response = await browser.GetAsync(Bare);

        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
        Assert.Equal(portal.Process.Portal, response.Headers.Location);
    }
}
