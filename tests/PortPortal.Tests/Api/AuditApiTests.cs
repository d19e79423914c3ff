using System.Net;
using System.Text.Json;

namespace PortPortal.Tests.Api;

/// <summary>The audit over the wire: filtered, in pages, as files.</summary>
[Collection(PortalDefinition.Name)]
public sealed class AuditApiTests(RunningPortal portal)
{
    [Fact]
    public async Task Audit_OfASession_HasWhoWhatAndWhy_InPages()
    {
        var session = await portal.Api.RegisterSessionAsync("audited");
        var id = session.GetProperty("id").GetString();
        await portal.Api.ExposeAsync("audited", 3100, "sso");
        await portal.Api.CloseAsync("audited", 3100);

        var first = await portal.Api.SendAsync(HttpMethod.Get, $"/v1/audit?session={id}&limit=2");
        var second = await portal.Api.SendAsync(HttpMethod.Get, $"/v1/audit?session={id}&limit=2&cursor={first.GetProperty("next").GetInt64()}");
        var actions = first.GetProperty("entries").EnumerateArray().Concat(second.GetProperty("entries").EnumerateArray()).ToList();

        Assert.Equal(["port.closed", "port.exposed", "session.registered"], actions.Select(entry => entry.GetProperty("action").GetString()));
        Assert.All(actions, entry => Assert.Equal(("Admin API key", "done", "audited"), (entry.GetProperty("actor").GetString(), entry.GetProperty("result").GetString(), entry.GetProperty("session").GetString())));
        Assert.False(second.TryGetProperty("next", out _));
    }

    [Fact]
    public async Task AuditExport_AsCsvAndAsJsonLines_HasTheSameEntriesAsTheList()
    {
        await portal.Api.RegisterSessionAsync("exported");
        using var csv = await portal.Api.Http.GetAsync("/v1/audit/export?format=csv&session=exported");
        using var lines = await portal.Api.Http.GetAsync("/v1/audit/export?format=jsonl&session=exported");

        Assert.Equal("text/csv", csv.Content.Headers.ContentType?.MediaType);
        var rows = (await csv.Content.ReadAsStringAsync()).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("id,at,actorId,actor,ip,action,sessionId,session,port,result,reason", rows[0]);
        Assert.Contains(",session.registered,", Assert.Single(rows[1..]), StringComparison.Ordinal);
        Assert.Equal("session.registered", JsonElement.Parse(await lines.Content.ReadAsStringAsync()).GetProperty("action").GetString());
    }

    [Fact]
    public async Task Audit_AskedForWrongly_NamesEveryFault()
    {
        using var response = await portal.Api.Http.GetAsync("/v1/audit?kind=stars&result=maybe&port=99999&last=2y&after=soon&limit=0&sesion=x");
        var problem = JsonElement.Parse(await response.Content.ReadAsStringAsync());

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(
            ["after", "kind", "last", "limit", "port", "result", "sesion"],
            problem.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("field").GetString()).Order());
    }

    [Theory]
    [InlineData("/v1/audit")]
    [InlineData("/v1/audit/export")]
    [InlineData("/v1/users")]
    public async Task AdminsCall_ByAMembersKey_IsRefused(string path)
    {
        using var member = await portal.ClientAsync("member");

        using var response = await member.GetAsync(path);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal("not_allowed", JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("code").GetString());
    }

    [Fact]
    public async Task ActivityExport_WithoutASignIn_IsNotGiven()
    {
        using var stranger = portal.Process.Http.NewClient();

        using var response = await stranger.GetAsync(new Uri(portal.Process.Portal, "/activity/export"));

        Assert.NotEqual(HttpStatusCode.OK, response.StatusCode);
    }
}
