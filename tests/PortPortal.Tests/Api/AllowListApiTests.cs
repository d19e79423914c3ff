using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace PortPortal.Tests.Api;

/// <summary>Named lists through the API of the real program: made, named by ports, tested, changed, deleted.</summary>
[Collection(PortalDefinition.Name)]
public sealed class AllowListApiTests(RunningPortal portal)
{
    private static readonly string[] Named = ["reviewers", "sam@lark.example"];

    [Fact]
    public async Task P22_List_NamedByAPort_CountsAsItsRules()
    {
        await MakeAsync("reviewers", "*@studio.example", "!ex@studio.example");
        await portal.Api.RegisterSessionAsync(new { name = "reviewed", address = "127.0.3.1" });
        var port = await portal.Api.ExposeAsync("reviewed", new { port = 3000, access = "email", allowedEmails = Named });

        Assert.Equal(Named, port.GetProperty("allowedEmails").EnumerateArray().Select(rule => rule.GetString()!));
        Assert.Equal((true, "Allowed by *@studio.example of the list reviewers."), await TestAsync(new { address = "Bo@Studio.Example", session = "reviewed", port = 3000 }));
        Assert.Equal((false, "No rule covers this address."), await TestAsync(new { address = "bo@sub.studio.example", session = "reviewed", port = 3000 }));
        Assert.False((await TestAsync(new { address = "ex@studio.example", list = "reviewers" })).Admitted);
        Assert.Equal(1, (await portal.Api.SendAsync(HttpMethod.Get, "/v1/allow-lists/reviewers")).GetProperty("ports").GetInt32());

        var held = await portal.Api.Http.DeleteAsync("/v1/allow-lists/reviewers");
        Assert.Equal(HttpStatusCode.Conflict, held.StatusCode);
        Assert.Contains("port 3000 of reviewed", await held.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        await portal.Api.ChangeAsync("reviewed", 3000, new { allowedEmails = Named[1..] });
        await portal.Api.SendAsync(HttpMethod.Delete, "/v1/allow-lists/reviewers");
        await portal.Api.SendAsync(HttpMethod.Delete, "/v1/allow-lists/reviewers");
        Assert.Equal(HttpStatusCode.NotFound, (await portal.Api.Http.GetAsync("/v1/allow-lists/reviewers")).StatusCode);
    }

    [Fact]
    public async Task List_Changed_SaysWhoChangedWhat()
    {
        await MakeAsync("history", "a@x.example", "b@x.example");
        await portal.Api.SendAsync(HttpMethod.Put, "/v1/allow-lists/history", new { entries = new object[] { new { rule = "B@X.example", until = "2099-01-01T00:00:00Z", note = "for the fair" }, new { rule = "*@y.example" } } });

        var list = await portal.Api.SendAsync(HttpMethod.Get, "/v1/allow-lists/history");
        Assert.Equal(["b@x.example", "*@y.example"], list.GetProperty("entries").EnumerateArray().Select(entry => entry.GetProperty("rule").GetString()!));
        Assert.Equal("for the fair", list.GetProperty("entries")[0].GetProperty("note").GetString());

        var changes = await portal.Api.SendAsync(HttpMethod.Get, "/v1/allow-lists/history/history");
        Assert.Equal(2, changes.GetArrayLength());
        Assert.EndsWith("got *@y.example; lost a@x.example; has another end or note for b@x.example.", changes[0].GetProperty("what").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_ForAViewer_IsClosed()
    {
        using var viewer = await WithRoleAsync("viewer");
        using var member = await WithRoleAsync("member");
        await MakeAsync("quiet", "a@x.example");

        Assert.Equal(HttpStatusCode.Forbidden, (await viewer.Http.GetAsync("/v1/allow-lists")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await member.Http.GetAsync("/v1/allow-lists/quiet")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await member.Http.PutAsJsonAsync("/v1/allow-lists/quiet", new { note = "mine" })).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await member.Http.DeleteAsync("/v1/allow-lists/quiet")).StatusCode);
    }

    [Fact]
    public async Task P25_Email_WithAnEmptyList_TestsFalseForEveryone()
    {
        await MakeAsync("empty");
        await portal.Api.RegisterSessionAsync(new { name = "closed-shop", address = "127.0.3.2" });
        await portal.Api.ExposeAsync("closed-shop", new { port = 3000, access = "email", allowedEmails = (string[])["empty"] });

        Assert.False((await TestAsync(new { address = "a@x.example", session = "closed-shop", port = 3000 })).Admitted);
    }

    [Fact]
    public async Task AllowedPeople_AreAnsweredInModeSso()
    {
        await portal.Api.RegisterSessionAsync(new { name = "few-people", address = "127.0.3.3" });

        var port = await portal.Api.ExposeAsync("few-people", new { port = 3000, access = "sso", allowedPeople = (string[])["group:design", "*@lark.example"] });

        Assert.Equal(["group:design", "*@lark.example"], port.GetProperty("allowedPeople").EnumerateArray().Select(rule => rule.GetString()!));
    }

    private Task<JsonElement> MakeAsync(string name, params string[] rules) =>
        portal.Api.SendAsync(HttpMethod.Post, "/v1/allow-lists", new { name, entries = rules.Select(rule => new { rule }) });

    private async Task<(bool Admitted, string Reason)> TestAsync(object request)
    {
        var test = await portal.Api.SendAsync(HttpMethod.Post, "/v1/allow-lists/test", request);
        return (test.GetProperty("admitted").GetBoolean(), test.GetProperty("reason").GetString()!);
    }

    private async Task<PortalApi> WithRoleAsync(string role)
    {
        var key = (await portal.Api.SendAsync(HttpMethod.Post, "/v1/api-keys", new { name = role, role })).GetProperty("key").GetString()!;
        return new PortalApi(portal.Process.Http.NewClient(), portal.Process.Portal, key);
    }
}
