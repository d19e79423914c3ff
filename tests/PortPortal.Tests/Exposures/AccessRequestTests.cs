using System.Net;
using System.Text.Json;
using PortPortal.Tests.Support;

namespace PortPortal.Tests.Exposures;

/// <summary>Somebody who is not on the list asks, and the owner answers.</summary>
public sealed class AccessRequestTests : IAsyncLifetime
{
    private static readonly string[] Others = ["*@other.example"];
    private readonly CookieContainer _ada = new();
    private PortalApp _portal = null!;
    private EchoApp _app = null!;
    private Uri _page = null!;

    public async Task InitializeAsync()
    {
        (_portal, _app) = (await PortalApp.StartAsync(), await EchoApp.StartAsync());
        await PortalPeople.SetUpAdminAsync(_portal.Http, _portal.SetUpLink, _ada);
        await _portal.Api.RegisterSessionAsync("shop");
        var port = await _portal.Api.ExposeAsync("shop", new { port = _app.Port, access = "email", allowedEmails = Others });
        _page = new Uri(port.GetProperty("url").GetString()!);
    }

    public async Task DisposeAsync()
    {
        await _portal.DisposeAsync();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task Refused_AsksAndIsLetInForAnHour_ByAnEntryThatEnds()
    {
        Assert.Contains("Ask for access", await SignInAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, await AskAsync());
        Assert.Equal(HttpStatusCode.SeeOther, await AskAsync());
        Assert.Contains("You have asked for access", await VisitAsync(HttpStatusCode.Forbidden), StringComparison.Ordinal);

        var request = Assert.Single((await _portal.Api.SendAsync(HttpMethod.Get, "/v1/access-requests?state=open")).EnumerateArray());
        Assert.Equal((PortalPeople.AdminEmail, _app.Port), (request.GetProperty("email").GetString(), request.GetProperty("port").GetInt32()));

        var approved = await _portal.Api.SendAsync(HttpMethod.Post, $"/v1/access-requests/{request.GetProperty("id").GetString()}/approve", new { seconds = 3600 });
        Assert.Equal("approved", approved.GetProperty("state").GetString());
        Assert.Contains("Echo", await VisitAsync(HttpStatusCode.OK), StringComparison.Ordinal);

        var rules = (await PortAsync()).GetProperty("allowedEmails").EnumerateArray().Select(rule => rule.GetString()!).ToList();
        Assert.Equal("*@other.example", rules[0]);
        Assert.Matches($"^{PortalPeople.AdminEmail} until 2", rules[1]);
    }

    [Fact]
    public async Task Refused_ByTheOwner_StaysOutAndIsTold()
    {
        await SignInAsync();
        await AskAsync();
        var id = (await _portal.Api.SendAsync(HttpMethod.Get, "/v1/access-requests"))[0].GetProperty("id").GetString();

        await _portal.Api.SendAsync(HttpMethod.Post, $"/v1/access-requests/{id}/refuse");

        Assert.Contains("The owner said no", await VisitAsync(HttpStatusCode.Forbidden), StringComparison.Ordinal);
        await AskAsync();
        Assert.Empty((await _portal.Api.SendAsync(HttpMethod.Get, "/v1/access-requests?state=open")).EnumerateArray());
    }

    [Fact]
    public async Task Approval_OfSomeoneKeptOut_IsRefusedWithTheReason()
    {
        await SignInAsync();
        await AskAsync();
        await _portal.Api.ChangeAsync("shop", _app.Port, new { allowedEmails = (string[])["*@other.example", $"!{PortalPeople.AdminEmail}"] });
        var id = (await _portal.Api.SendAsync(HttpMethod.Get, "/v1/access-requests"))[0].GetProperty("id").GetString();

        var refusal = await Assert.ThrowsAsync<HttpRequestException>(() => _portal.Api.SendAsync(HttpMethod.Post, $"/v1/access-requests/{id}/approve"));

        Assert.Equal(HttpStatusCode.Conflict, refusal.StatusCode);
        Assert.Equal(2, (await PortAsync()).GetProperty("allowedEmails").GetArrayLength());
    }

    [Fact]
    public async Task Ask_OfAStranger_IsNotKept()
    {
        using var stranger = _portal.Http.NewClient();
        using var request = AskRequest();
        using var answer = await stranger.SendAsync(request);

        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.Empty((await _portal.Api.SendAsync(HttpMethod.Get, "/v1/access-requests")).EnumerateArray());
    }

    [Fact]
    public async Task Requests_OfAnothersPort_AreNotSeen()
    {
        await SignInAsync();
        await AskAsync();
        var key = (await _portal.Api.SendAsync(HttpMethod.Post, "/v1/api-keys", new { name = "viewer", role = "viewer" })).GetProperty("key").GetString()!;
        using var viewer = new PortalApi(_portal.Http.NewClient(), _portal.Portal, key);

        Assert.Empty((await viewer.SendAsync(HttpMethod.Get, "/v1/access-requests")).EnumerateArray());
    }

    private Task<string> SignInAsync() => ReadAsync(new Uri(_page, "/.portportal/sign-in?to=/"), HttpStatusCode.Forbidden);

    private Task<string> VisitAsync(HttpStatusCode expected) => ReadAsync(_page, expected);

    private async Task<string> ReadAsync(Uri page, HttpStatusCode expected)
    {
        using var answer = await PortalPeople.VisitAsync(_portal.Http, page, _ada);
        Assert.Equal(expected, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync();
    }

    private async Task<HttpStatusCode> AskAsync()
    {
        using var client = _portal.Http.NewClient(_ada);
        using var request = AskRequest();
        using var answer = await client.SendAsync(request);
        return answer.StatusCode;
    }

    private HttpRequestMessage AskRequest()
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_page, "/.portportal/ask")) { Content = new FormUrlEncodedContent([new("to", "/")]) };
        request.Headers.Add("Origin", _page.GetLeftPart(UriPartial.Authority));
        return request;
    }

    private async Task<JsonElement> PortAsync() => (await _portal.Api.SessionAsync("shop")).GetProperty("exposedPorts")[0];
}
