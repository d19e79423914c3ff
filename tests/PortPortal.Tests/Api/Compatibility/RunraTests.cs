using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace PortPortal.Tests.Api.Compatibility;

/// <summary>What the pages of Runra and PandaStack say of URLs, and of who can call them.</summary>
[Collection(PortalDefinition.Name)]
public sealed class RunraTests(RunningPortal portal)
{
    [Fact]
    public async Task R02R14_Url_IsPortAndIdUnderTheDomain_AndTheIdIsNotGuessed()
    {
        var ids = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            ids.Add((await portal.Api.RegisterSessionAsync(new { address = "127.0.0.1" })).GetProperty("id").GetString()!);
        }

        var url = (await portal.Api.SendAsync(HttpMethod.Post, $"/v1/sandboxes/{ids[0]}/ports", new { port = 3000 })).GetProperty("url").GetString();

        Assert.Equal($"https://3000-{ids[0]}.localhost:{portal.Process.Port}", url);
        Assert.All(ids, id => Assert.Matches("^[a-z2-7]{12}$", id));
        Assert.Equal(3, ids.Select(id => id[..4]).Distinct().Count());
    }

    [Fact]
    public async Task R03R16S01_App_IsCalledByScripts_WithoutBrowserOrCookie_AndItsJsonIsUntouched()
    {
        await using var app = await EchoApp.StartAsync();
        var url = await ExposeAsync(app.Port);
        using var script = portal.Process.Http.NewClient();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));

        using var response = await script.GetAsync(new Uri(url, "/users"), deadline.Token);
        using var socket = await portal.Process.Http.OpenSocketAsync(new UriBuilder(url) { Scheme = "wss", Path = "/ws" }.Uri, deadline.Token);

        Assert.Equal("""{"users":[{"name":"Ada"},{"name":"Grace"}]}""", await response.Content.ReadAsStringAsync(deadline.Token));
        Assert.False(response.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task S10S12_Url_WorksTheMomentTheSessionRuns_ThroughTheOneEdge()
    {
        await using var app = await EchoApp.StartAsync();
        var session = await portal.Api.RegisterSessionAsync(new { address = "127.0.0.1", network = new { expose = new[] { new { port = app.Port, access = "public" } } } });
        using var visitor = portal.Process.Http.NewClient();

        using var response = await visitor.GetAsync(new Uri(session.GetProperty("exposedPorts")[0].GetProperty("url").GetString()!));

        Assert.Equal(("running", HttpStatusCode.OK), (session.GetProperty("state").GetString(), response.StatusCode));
    }

    [Fact]
    public async Task S35_PausedIs503_AndAnAppThatIsGoneIsSaidInJson()
    {
        var app = await EchoApp.StartAsync();
        var url = await ExposeAsync(app.Port);
        using var script = portal.Process.Http.NewClient();
        await app.DisposeAsync();

        using var gone = await script.GetAsync(url);
        await portal.Api.PauseAsync(url.Host.Split('-', '.')[1]);
        using var paused = await script.GetAsync(url);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "not_listening"), (gone.StatusCode, await CodeAsync(gone)));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "session_paused"), (paused.StatusCode, await CodeAsync(paused)));
    }

    private async Task<Uri> ExposeAsync(int port)
    {
        var id = (await portal.Api.RegisterSessionAsync(new { address = "127.0.0.1" })).GetProperty("id").GetString()!;
        return new((await portal.Api.SendAsync(HttpMethod.Post, $"/v1/sandboxes/{id}/ports", new { port })).GetProperty("url").GetString()!);
    }

    private static async Task<string?> CodeAsync(HttpResponseMessage response) =>
        (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString();
}
