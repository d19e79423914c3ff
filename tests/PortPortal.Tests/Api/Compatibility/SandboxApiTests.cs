using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace PortPortal.Tests.Api.Compatibility;

/// <summary>PandaStack's and Runra's calls exactly as their pages make them, and what their pages promise.</summary>
[Collection(PortalDefinition.Name)]
public sealed class SandboxApiTests(RunningPortal portal)
{
    [Fact]
    public async Task S18_Ports_AreListedUnderPorts_SortedByNumber()
    {
        var id = await NewAsync("panda-list");
        await portal.Api.SendAsync(HttpMethod.Put, $"/v1/sessions/{id}/listeners", new { listeners = new[] { new { port = 9229 }, new { port = 3000 }, new { port = 22 } } });

        var answer = await portal.Api.SendAsync(HttpMethod.Get, $"/v1/sandboxes/{id}/ports");

        Assert.Equal([3000, 9229], answer.GetProperty("ports").EnumerateArray().Select(port => port.GetProperty("port").GetInt32()));
        Assert.All(answer.GetProperty("ports").EnumerateArray(), port => Assert.Equal(("detected", true), (port.GetProperty("source").GetString(), port.GetProperty("listening").GetBoolean())));
    }

    [Fact]
    public async Task S34_PostPort_Answers201_WithTheDefaultLabel_AndIsPublic()
    {
        var id = await NewAsync("panda-post");

        using var response = await portal.Api.Http.PostAsJsonAsync($"/v1/sandboxes/{id}/ports", new { port = 3000 });

        var port = JsonElement.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal(("service", "user"), (port.GetProperty("label").GetString(), port.GetProperty("source").GetString()));
        Assert.Equal($"https://3000-{id}.localhost:{portal.Process.Port}", port.GetProperty("proxy_url").GetString());
        Assert.Equal("public", (await portal.Api.SessionAsync(id)).GetProperty("exposedPorts")[0].GetProperty("access").GetString());
    }

    [Fact]
    public async Task R01_ExposePort_AnswersPortUrlAndSandboxId()
    {
        var id = await NewAsync("runra-expose");

        var port = await portal.Api.SendAsync(HttpMethod.Post, $"/v1/sandboxes/{id}/ports", new { port = 5432 });

        Assert.Equal((5432, id), (port.GetProperty("port").GetInt32(), port.GetProperty("sandboxId").GetString()));
        Assert.Matches($"^https://5432-{id}\\.localhost:", port.GetProperty("url").GetString());
    }

    [Fact]
    public async Task R04_SeveralPorts_HaveUrlsOfTheirOwn()
    {
        var id = await NewAsync("runra-several");
        int[] ports = [3000, 4000, 4001, 9090];

        var urls = new List<string>();
        foreach (var port in ports)
        {
            urls.Add((await portal.Api.SendAsync(HttpMethod.Post, $"/v1/sandboxes/{id}/ports", new { port })).GetProperty("url").GetString()!);
        }

        Assert.Equal(4, urls.Distinct().Count());
        Assert.Equal(urls, (await portal.Api.SessionAsync(id)).GetProperty("exposedPorts").EnumerateArray().Select(port => port.GetProperty("url").GetString()));
    }

    [Theory]
    [InlineData(22, 400, "reserved_port", "is reserved")]
    [InlineData(99999, 400, "invalid_port", "is invalid")]
    [InlineData(0, 400, "invalid_port", "is invalid")]
    public async Task R05_S34_PortOutsideTheRange_IsRefusedInItsWords(int port, int status, string code, string words)
    {
        var id = await NewAsync($"range-{port}");

        using var response = await portal.Api.Http.PostAsJsonAsync($"/v1/sandboxes/{id}/ports", new { port });

        var problem = JsonElement.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal((status, code), ((int)response.StatusCode, problem.GetProperty("code").GetString()));
        Assert.Contains(words, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task R05_PortBelow1024_IsReservedForAdmins()
    {
        var key = (await portal.Api.SendAsync(HttpMethod.Post, "/v1/api-keys", new { name = "member", role = "member" })).GetProperty("key").GetString()!;
        using var member = portal.Process.Http.NewClient();
        member.BaseAddress = portal.Process.Portal;
        member.DefaultRequestHeaders.Authorization = new("Bearer", key);
        using var registered = await member.PostAsJsonAsync("/v1/sessions", new { name = "low-port", address = "10.66.0.9" });
        registered.EnsureSuccessStatusCode();

        using var response = await member.PostAsJsonAsync("/v1/sandboxes/low-port/ports", new { port = 443 });

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        var problem = JsonElement.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal("admin_only", problem.GetProperty("code").GetString());
        Assert.Contains("443 is reserved", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task R07_S34_ClosePort_Answers204_AndIsNoLongerListed()
    {
        // Where surely nobody listens: a network may answer for any address that is not its own.
        var id = (await portal.Api.RegisterSessionAsync(new { name = "close-port", address = "127.0.0.1" })).GetProperty("id").GetString()!;
        await portal.Api.SendAsync(HttpMethod.Post, $"/v1/sandboxes/{id}/ports", new { port = 3000 });

        using var first = await portal.Api.Http.DeleteAsync($"/v1/sandboxes/{id}/ports/3000");
        using var again = await portal.Api.Http.DeleteAsync($"/v1/sandboxes/{id}/ports/3000");

        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NoContent), (first.StatusCode, again.StatusCode));
        Assert.Empty((await portal.Api.SendAsync(HttpMethod.Get, $"/v1/sandboxes/{id}/ports")).GetProperty("ports").EnumerateArray());
    }

    [Fact]
    public async Task R09_PauseAndResume_InRunrasWords()
    {
        var id = await NewAsync("runra-life");
        var url = (await portal.Api.SendAsync(HttpMethod.Post, $"/v1/sandboxes/{id}/ports", new { port = 8000 })).GetProperty("url").GetString();

        var paused = await portal.Api.SendAsync(HttpMethod.Post, $"/v1/sandboxes/{id}/pause");
        using var refused = await portal.Api.Http.PostAsJsonAsync($"/v1/sandboxes/{id}/ports", new { port = 8001 });
        var resumed = await portal.Api.SendAsync(HttpMethod.Post, $"/v1/sandboxes/{id}/resume");

        Assert.Equal(("paused", "running"), (paused.GetProperty("state").GetString(), resumed.GetProperty("state").GetString()));
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Equal(url, (await portal.Api.SendAsync(HttpMethod.Get, $"/v1/sandboxes/{id}/ports")).GetProperty("ports")[0].GetProperty("url").GetString());
    }

    [Fact]
    public async Task R21_List_HasDataAndPagination()
    {
        await NewAsync("page-1");
        await NewAsync("page-2");

        var page = await portal.Api.SendAsync(HttpMethod.Get, "/v1/sandboxes?limit=1&offset=1");

        var pagination = page.GetProperty("pagination");
        Assert.Single(page.GetProperty("data").EnumerateArray());
        Assert.Equal((1, 1), (pagination.GetProperty("limit").GetInt32(), pagination.GetProperty("offset").GetInt32()));
        Assert.Equal(pagination.GetProperty("total").GetInt32() > 2, pagination.GetProperty("hasMore").GetBoolean());
    }

    [Theory]
    [InlineData("GET", "/v1/sandboxes/nobody", "SANDBOX_NOT_FOUND")]
    [InlineData("GET", "/v1/sandboxes/nobody/ports", "SANDBOX_NOT_FOUND")]
    [InlineData("DELETE", "/v1/sandboxes/nobody/ports/3000", "SANDBOX_NOT_FOUND")]
    [InlineData("GET", "/v1/sessions/nobody", "SESSION_NOT_FOUND")]
    [InlineData("PATCH", "/v1/sessions/this-machine/ports/1", "NOT_FOUND")]
    [InlineData("GET", "/v1/sessions?state=asleep", "VALIDATION_ERROR")]
    [InlineData("DELETE", "/v1/sessions/this-machine", "CONFLICT")]
    public async Task P49_R21_Refusals_CarryTheEnvelopeOfPawsAndRunra(string method, string path, string code)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Content = method == "PATCH" ? JsonContent.Create(new { }) : null;
        using var response = await portal.Api.Http.SendAsync(request);

        var problem = JsonElement.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal(code, problem.GetProperty("error").GetProperty("code").GetString());
        Assert.Equal(problem.GetProperty("detail").GetString(), problem.GetProperty("error").GetProperty("message").GetString());
    }

    [Fact]
    public async Task P49_NoKey_IsUnauthorized()
    {
        using var client = portal.Process.Http.NewClient();
        using var response = await client.GetAsync(new Uri(portal.Process.Portal, "/v1/sandboxes/x/ports"));

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("UNAUTHORIZED", JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("error").GetProperty("code").GetString());
    }

    private async Task<string> NewAsync(string name) => (await portal.Api.RegisterSessionAsync(new { name, address = "10.66.0.2" })).GetProperty("id").GetString()!;
}
