using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json;
using PortPortal.Engine.Common;
using PortPortal.Tests.Edge;

namespace PortPortal.Tests.ShareLinks;

/// <summary>Preview links at the whole program: PandaStack's call, the host that is the proof, its end and its revocation.</summary>
public sealed class PreviewLinkTests : IAsyncLifetime
{
    private LinkPortal _world = null!;

    public async Task InitializeAsync() => _world = await LinkPortal.StartAsync();

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task S20_PreviewToken_AnswersAsPandaStackDoes()
    {
        var session = await NewSessionAsync();
        var made = await MintAsync(session, new { port = _world.App.Port, ttl_seconds = 3600 });

        Assert.Equal(["expires_at", "port", "sandbox_id", "token", "url"], made.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
        var token = made.GetProperty("token").GetString();
        Assert.Matches("^[a-z2-7]{63}$", token);
        Assert.Equal($"https://{token}.preview.localhost:{_world.Portal.Port}", made.GetProperty("url").GetString()!.TrimEnd('/'));
        Assert.Equal((session, _world.App.Port), (made.GetProperty("sandbox_id").GetString(), made.GetProperty("port").GetInt32()));
        var end = made.GetProperty("expires_at").GetString()!;
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", end);
        Assert.Equal(_world.Time.GetUtcNow().AddHours(1), DateTimeOffset.Parse(end, CultureInfo.InvariantCulture), TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task S02_S08_PreviewUrl_OpensForAnyoneWhoHasIt_WithoutAnyKey()
    {
        var (_, url) = await NewPreviewAsync();
        using var anyone = _world.Portal.Http.NewClient();

        using var page = await anyone.GetAsync(new Uri(url, "/users"));
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Equal("same-origin", page.Headers.GetValues("Referrer-Policy").Single());
        using var hook = await anyone.PostAsJsonAsync(new Uri(url, "/upload"), new { from = "a webhook" });
        Assert.Equal(HttpStatusCode.OK, hook.StatusCode);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        using var socket = await _world.Portal.Http.OpenSocketAsync(new UriBuilder(url) { Scheme = "wss", Path = "/ws" }.Uri, deadline.Token);
        Assert.Equal("hello", await SignInGateTests.EchoAsync(socket, "hello"));
        Assert.DoesNotContain(PortalProcess.AdminApiKey, url.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task S03_PortBehindAPreviewLink_KeepsItsOwnCheckAtItsOwnAddress()
    {
        var (session, _) = await NewPreviewAsync();
        var port = (await _world.Portal.Api.SessionAsync(session)).GetProperty("exposedPorts")[0];
        using var stranger = _world.Portal.Http.NewClient();

        Assert.Equal("sso", port.GetProperty("access").GetString());
        using var answer = await stranger.GetAsync(new Uri(port.GetProperty("url").GetString()!));
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task S07_PathForm_LeadsToTheTokensHost_AndNoAppAnswersOnThePortal()
    {
        var (_, url) = await NewPreviewAsync();
        using var anyone = _world.Portal.Http.NewClient();
        using var answer = await anyone.GetAsync(new Uri(_world.Portal.Portal, $"/v1/p/{url.Host.Split('.')[0]}/users?a=b"));
        using var forged = await anyone.GetAsync(new Uri(_world.Portal.Portal, $"/v1/p/{new string('a', 63)}/users"));

        Assert.Equal(HttpStatusCode.TemporaryRedirect, answer.StatusCode);
        Assert.Equal(new Uri(url, "/users?a=b"), answer.Headers.Location);
        Assert.Equal(HttpStatusCode.Forbidden, forged.StatusCode);
    }

    [Theory]
    [InlineData(null, 3600)]
    [InlineData(0, 3600)]
    [InlineData(-5, 3600)]
    [InlineData(60, 60)]
    [InlineData(99_999_999, 604_800)]
    public async Task S09_Ttl_IsAnHourByDefaultAndAWeekAtMost(int? asked, int given)
    {
        var session = await NewSessionAsync();
        var made = asked is null ? await MintAsync(session, new { port = _world.App.Port }) : await MintAsync(session, new { port = _world.App.Port, ttl_seconds = asked });

        Assert.Equal(_world.Time.GetUtcNow().AddSeconds(given), made.GetProperty("expires_at").GetDateTimeOffset(), TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task S21_AfterItsEnd_Answers403_AndTheOpenSocketIsCut()
    {
        var (_, url) = await NewPreviewAsync(60);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        using var socket = await _world.Portal.Http.OpenSocketAsync(new UriBuilder(url) { Scheme = "wss", Path = "/ws" }.Uri, deadline.Token);
        var closed = socket.ReceiveAsync(new byte[16], CancellationToken.None);
        _world.Time.Advance(TimeSpan.FromSeconds(62));

        await Assert.ThrowsAnyAsync<WebSocketException>(() => closed.WaitAsync(TimeSpan.FromSeconds(5)));
        await RefusedAsync(url, RefusalCodes.LinkExpired);
    }

    [Fact]
    public async Task S22_NewToken_LeavesTheOldOneAlone_AndOneIsRevokedByItself()
    {
        var (session, first) = await NewPreviewAsync();
        var second = new Uri((await MintAsync(session, new { port = _world.App.Port, ttl_seconds = 60 })).GetProperty("url").GetString()!);
        using var anyone = _world.Portal.Http.NewClient();
        Assert.Equal(HttpStatusCode.OK, (await anyone.GetAsync(first)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await anyone.GetAsync(second)).StatusCode);
        var links = await _world.Portal.Api.SendAsync(HttpMethod.Get, PathOf(session));
        Assert.Equal(2, links.GetArrayLength());
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        using var cut = await _world.Portal.Http.OpenSocketAsync(new UriBuilder(second) { Scheme = "wss", Path = "/ws" }.Uri, deadline.Token);
        using var kept = await _world.Portal.Http.OpenSocketAsync(new UriBuilder(first) { Scheme = "wss", Path = "/ws" }.Uri, deadline.Token);
        var closed = cut.ReceiveAsync(new byte[16], CancellationToken.None);

        await _world.Portal.Api.SendAsync(HttpMethod.Delete, $"{PathOf(session)}/{links[0].GetProperty("id").GetString()}");

        await Assert.ThrowsAnyAsync<WebSocketException>(() => closed.WaitAsync(TimeSpan.FromSeconds(1)));
        await RefusedAsync(second, RefusalCodes.LinkRevoked);
        Assert.Equal("hello", await SignInGateTests.EchoAsync(kept, "hello"));
        await _world.Portal.Api.SendAsync(HttpMethod.Delete, PathOf(session));
        await RefusedAsync(first, RefusalCodes.LinkRevoked);
    }

    [Fact]
    public async Task S29_S30_TamperedOrForeignToken_ReachesNoApp()
    {
        var (_, url) = await NewPreviewAsync();
        var token = url.Host.Split('.')[0];
        var random = new Random(11);
        for (var i = 0; i < 50; i++)
        {
            var letters = token.ToCharArray();
            var at = random.Next(63);
            letters[at] = letters[at] == 'b' ? 'c' : 'b';
            await RefusedAsync(new UriBuilder(url) { Host = $"{new string(letters)}.preview.localhost" }.Uri, RefusalCodes.NotAllowed);
        }

        Assert.Empty(_world.App.Requests);
    }

    [Fact]
    public async Task PreviewOfAClosedPort_IsOverForGood()
    {
        var (session, url) = await NewPreviewAsync();
        await _world.Portal.Api.CloseAsync(session, _world.App.Port);
        using var anyone = _world.Portal.Http.NewClient();
        Assert.Equal(HttpStatusCode.Gone, (await anyone.GetAsync(url)).StatusCode);

        await _world.Portal.Api.ExposeAsync(session, _world.App.Port);
        Assert.Equal(HttpStatusCode.Gone, (await anyone.GetAsync(url)).StatusCode);
    }

    [Theory]
    [InlineData("""{}""", "port")]
    [InlineData("""{"port":22}""", "port")]
    [InlineData("""{"port":3000,"ttl_seconds":"soon"}""", "ttl_seconds")]
    [InlineData("""{"port":3000,"ttlSeconds":5}""", "ttlSeconds")]
    public async Task PreviewToken_BadInput_NamesTheField(string body, string field)
    {
        var session = await NewSessionAsync();
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await _world.Portal.Api.Http.PostAsync($"/v1/sandboxes/{session}/preview-token", content);

        Assert.True((int)answer.StatusCode is 400 or 403, $"{answer.StatusCode}");
        Assert.Contains($"\"field\":\"{field}\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Empty((await _world.Portal.Api.SessionAsync(session)).GetProperty("exposedPorts").EnumerateArray());
    }

    private async Task RefusedAsync(Uri url, string code)
    {
        using var anyone = _world.Portal.Http.NewClient();
        using var answer = await anyone.GetAsync(url);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal(code, JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("code").GetString());
    }

    private async Task<(string Session, Uri Url)> NewPreviewAsync(int seconds = 3600)
    {
        var session = await NewSessionAsync();
        return (session, new Uri((await MintAsync(session, new { port = _world.App.Port, ttl_seconds = seconds })).GetProperty("url").GetString()!));
    }

    private async Task<string> NewSessionAsync() =>
        (await _world.Portal.Api.RegisterSessionAsync($"p-{Guid.NewGuid().ToString("N")[..8]}")).GetProperty("id").GetString()!;

    private Task<JsonElement> MintAsync(string session, object body) => _world.Portal.Api.SendAsync(HttpMethod.Post, $"/v1/sandboxes/{session}/preview-token", body);

    private string PathOf(string session) => string.Create(CultureInfo.InvariantCulture, $"/v1/sessions/{session}/ports/{_world.App.Port}/preview-links");
}
