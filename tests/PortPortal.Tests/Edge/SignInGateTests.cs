using System.Net;
using System.Net.WebSockets;
using System.Text;
using PortPortal.Engine.Access;
using PortPortal.Engine.Exposures;
using PortPortal.Tests.Edge.Upstream;

namespace PortPortal.Tests.Edge;

/// <summary>From a stranger's click to the app and back out again, over the real edge.</summary>
public sealed class SignInGateTests : IAsyncLifetime
{
    private readonly OddUpstream _upstream = OddUpstream.Echo();
    private EdgeWorld _edge = null!;
    private ExposureStatus _alice = null!;

    public async Task InitializeAsync()
    {
        _edge = await EdgeWorld.StartAsync();
        _alice = _edge.Expose(_upstream.EndPoint, AccessMode.Sso);
    }

    public async Task DisposeAsync()
    {
        await _edge.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    [Fact]
    public async Task P16_StrangersClick_LeadsToThePortalAndBackToThePageAskedFor()
    {
        var browser = new Browser(_edge);
        browser.SignInAtPortal(_edge.People.SignIn("nina", "nina@lark.example"));

        var toPortal = await browser.GetAsync(_edge.UrlOf(_alice, "/deep%2fpage?x=1&y=%C3%A9"));
        Assert.Equal(303, (int)toPortal.StatusCode);
        Assert.StartsWith($"https://portal.edge.test:{_edge.Port}/visit?host={EdgeWorld.HostOf(_alice)}&state=", toPortal.Headers.Location!.OriginalString, StringComparison.Ordinal);

        var toEnter = await browser.FollowAsync(toPortal);
        var toPage = await browser.FollowAsync(toEnter);
        Assert.Equal(_edge.UrlOf(_alice, "/deep%2fpage?x=1&y=%C3%A9"), toPage.Headers.Location!.OriginalString);
        Assert.Equal(0, _upstream.Requests);

        var page = await browser.FollowAsync(toPage);
        var seen = await page.Content.ReadAsStringAsync();
        Assert.Equal(200, (int)page.StatusCode);
        Assert.StartsWith("GET /deep%2fpage?x=1&y=%C3%A9 HTTP/1.1", seen, StringComparison.Ordinal);
        Assert.Contains("Remote-User: nina@lark.example\r\n", seen, StringComparison.Ordinal);
        Assert.Contains("Remote-Email: nina@lark.example\r\n", seen, StringComparison.Ordinal);
        Assert.Contains("Remote-Name: nina\r\n", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("__Host-pp", seen, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A1_GrantCookie_IsHostOnlySecureAndHidden()
    {
        var browser = new Browser(_edge);
        var entered = await EnterAsync(browser, _alice, "nina");

        var cookie = Assert.Single(entered.Headers.GetValues("Set-Cookie"), value => value.StartsWith("__Host-pp_gate=", StringComparison.Ordinal));
        Assert.Contains("; Path=/; Secure; HttpOnly; SameSite=Lax", cookie, StringComparison.Ordinal);
        Assert.DoesNotContain("domain", cookie, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("GET", "*/*")]
    [InlineData("GET", "application/json")]
    [InlineData("HEAD", "text/html")]
    [InlineData("POST", "application/json")]
    [InlineData("OPTIONS", "*/*")]
    [InlineData("PROPFIND", "*/*")]
    public async Task C10E20_AnythingButANavigation_GetsProblemJson(string method, string accept)
    {
        using var client = _edge.NewClient();
        using var request = new HttpRequestMessage(new HttpMethod(method), _edge.UrlOf(_alice, "/favicon.ico"));
        request.Headers.Add("Accept", accept);
        using var answer = await client.SendAsync(request).Within();

        Assert.Equal(401, (int)answer.StatusCode);
        if (method != "HEAD")
        {
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
            Assert.Contains("\"code\":\"sign_in_required\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
        Assert.Equal(0, _upstream.Connections);
    }

    [Theory]
    [InlineData("/healthz", "GoogleHC/1.0")]
    [InlineData("/robots.txt", "kube-probe/1.30")]
    [InlineData("/.well-known/acme-challenge/x", "curl")]
    public async Task B14E20_WellKnownPathsAndProbes_MeetTheSameGate(string path, string agent)
    {
        using var client = _edge.NewClient();
        client.DefaultRequestHeaders.UserAgent.ParseAdd(agent);
        using var answer = await client.GetAsync(_edge.UrlOf(_alice, path)).Within();

        Assert.Equal(401, (int)answer.StatusCode);
        Assert.Equal(0, _upstream.Connections);
    }

    [Fact]
    public async Task P17_WebSocketWithoutAGrant_Gets401AndNoHtml()
    {
        var answer = await _edge.RawAsync(EdgeWorld.HostOf(_alice), $"GET /ws HTTP/1.1\r\nHost: {EdgeWorld.HostOf(_alice)}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAccept: text/html\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 401", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("<html", answer, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(0, _upstream.Connections);
    }

    [Fact]
    public async Task A3_GrantOfOneHost_IsWorthNothingOnAnother()
    {
        var mallory = _edge.Expose(_upstream.EndPoint, AccessMode.Sso);
        var browser = new Browser(_edge);
        var grant = GrantOf(await EnterAsync(browser, _alice, "nina"));

        Assert.Equal(200, await StatusAsync(_alice, grant));
        Assert.Equal(401, await StatusAsync(mallory, grant));
        Assert.Equal(1, _upstream.Requests);
    }

    [Fact]
    public async Task A3_GrantOnAnAliasOfTheSameExposure_IsWorthNothing()
    {
        var grant = GrantOf(await EnterAsync(new Browser(_edge), _alice, "nina"));
        var alias = $"{_alice.SessionId}-{_alice.Port}.{EdgeWorld.Base}";

        var answer = await _edge.RawAsync(alias, $"GET / HTTP/1.1\r\nHost: {alias}\r\nCookie: {grant}\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 401", answer, StringComparison.Ordinal);
        Assert.Equal(0, _upstream.Connections);
    }

    [Theory]
    [InlineData("{good}; __HOST-PP_GATE=evil")]
    [InlineData("__host-pp_gate=evil; {good}")]
    [InlineData("{good}; {good}")]
    [InlineData("$Version=1; {good}; __Host-pp_gate=evil")]
    [InlineData("{good}; \u2000__Host-pp_gate=evil")]
    [InlineData("{good};\t__Host-pp_gate =evil")]
    public async Task A6_SecondCookieOfThatNameInAnyCase_IsNoGrant(string cookies)
    {
        var grant = GrantOf(await EnterAsync(new Browser(_edge), _alice, "nina"));

        var status = await StatusAsync(_alice, cookies.Replace("{good}", grant, StringComparison.Ordinal).Replace("\u2000", "\u00a0", StringComparison.Ordinal));

        Assert.Equal(401, status);
        Assert.Equal(0, _upstream.Connections);
    }

    [Fact]
    public async Task A2_OtherCookies_ReachTheAppByteForByte()
    {
        var grant = GrantOf(await EnterAsync(new Browser(_edge), _alice, "nina"));

        var answer = await _edge.RawAsync(EdgeWorld.HostOf(_alice), $"GET / HTTP/1.1\r\nHost: {EdgeWorld.HostOf(_alice)}\r\nCookie: x=1; {grant}; y=\"a b\"; __Host-PP_state_abc=1\r\n\r\n");

        Assert.Contains("\r\nCookie: x=1; y=\"a b\"\r\n", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("__Host-pp", answer, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task E30E16_ReturnInAnotherBrowser_IsRefused()
    {
        var attacker = new Browser(_edge);
        attacker.SignInAtPortal(_edge.People.SignIn("mallory"));
        var toEnter = await attacker.FollowAsync(await attacker.GetAsync(_edge.UrlOf(_alice)));

        var victim = new Browser(_edge);
        var answer = await victim.FollowAsync(toEnter);

        Assert.Equal(401, (int)answer.StatusCode);
        Assert.DoesNotContain("__Host-pp_gate", string.Join('\n', answer.Headers.NonValidated.Select(header => header.ToString())), StringComparison.Ordinal);
    }

    [Fact]
    public async Task E39_SameCodeManyTimesAtOnce_LetsInOnce()
    {
        var browser = new Browser(_edge);
        browser.SignInAtPortal(_edge.People.SignIn("nina"));
        var toEnter = await browser.FollowAsync(await browser.GetAsync(_edge.UrlOf(_alice)));
        var url = toEnter.Headers.Location!;
        var cookies = browser.Jar.GetCookieHeader(url);

        using var client = _edge.NewClient();
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            request.Headers.Add("Cookie", cookies);
            using var answer = await client.SendAsync(request).Within();
            return (int)answer.StatusCode;
        }));

        Assert.Equal(1, answers.Count(status => status == 303));
        Assert.Equal(19, answers.Count(status => status == 401));
    }

    [Fact]
    public async Task E41_CodeOfOneExposure_OpensNoOther()
    {
        var mallory = _edge.Expose(_upstream.EndPoint, AccessMode.Sso);
        var browser = new Browser(_edge);
        browser.SignInAtPortal(_edge.People.SignIn("nina"));
        var atAlice = await browser.FollowAsync(await browser.GetAsync(_edge.UrlOf(_alice)));
        var toMallory = await browser.GetAsync(_edge.UrlOf(mallory));
        var code = Query(atAlice.Headers.Location!, "code");
        var state = Query(toMallory.Headers.Location!, "state");

        var answer = await browser.GetAsync(_edge.UrlOf(mallory, $"/.portportal/enter?code={code}&state={state}"));

        Assert.Equal(401, (int)answer.StatusCode);
        Assert.Equal(0, _upstream.Connections);
    }

    [Fact]
    public async Task E47_FiftyTabsAtOnce_KeepHeadersSmallAndTheNewestWorks()
    {
        var browser = new Browser(_edge);
        browser.SignInAtPortal(_edge.People.SignIn("nina"));
        HttpResponseMessage? last = null;
        for (var tab = 0; tab < 50; tab++)
        {
            last = await browser.GetAsync(_edge.UrlOf(_alice, $"/tab{tab}?{new string('q', 1000)}"));
        }

        Assert.True(browser.Jar.GetCookieHeader(new Uri(_edge.UrlOf(_alice))).Length < 8192);
        var toPage = await browser.FollowAsync(await browser.FollowAsync(last!));
        Assert.StartsWith(_edge.UrlOf(_alice, "/tab49?q"), toPage.Headers.Location!.OriginalString, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("//evil.test/")]
    [InlineData("/\\evil.test")]
    [InlineData("https://evil.test/")]
    [InlineData("/.portportal/sign-in")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/%09/evil.test")]
    [InlineData("///evil.test")]
    public async Task C6_ReturnTarget_NeverLeavesTheHost(string target)
    {
        var browser = new Browser(_edge);
        browser.SignInAtPortal(_edge.People.SignIn("nina"));

        var toPage = await browser.FollowAsync(await browser.FollowAsync(await browser.GetAsync(_edge.UrlOf(_alice, $"/.portportal/sign-in?to={Uri.EscapeDataString(target)}"))));

        Assert.Equal(EdgeWorld.HostOf(_alice), toPage.Headers.Location!.Host);
        Assert.Equal("https", toPage.Headers.Location!.Scheme);
    }

    [Fact]
    public async Task E21_SignedOutOnThePortal_EndsTheGrantAndCutsTheSocket()
    {
        await using var app = await WebSocketApp.StartAsync();
        var exposure = _edge.Expose(app.EndPoint, AccessMode.Sso);
        var browser = new Browser(_edge);
        var signIn = _edge.People.SignIn("nina");
        var grant = GrantOf(await EnterAsync(browser, exposure, signIn, isSignIn: true));
        using var socket = await _edge.OpenWebSocketAsync(exposure, grant, $"https://{EdgeWorld.HostOf(exposure)}:{_edge.Port}");
        Assert.Equal("hello", await EchoAsync(socket, "hello"));

        _edge.People.SignOut(signIn);

        await IsCutAsync(socket);
        Assert.Equal(401, await StatusAsync(exposure, grant));
    }

    [Fact]
    public async Task A11_WebSocketFromAForeignPageOrNone_IsRefused()
    {
        await using var app = await WebSocketApp.StartAsync();
        var exposure = _edge.Expose(app.EndPoint, AccessMode.Sso);
        var grant = GrantOf(await EnterAsync(new Browser(_edge), exposure, "nina"));

        foreach (var origin in new[] { null, "https://evil.test", "null", $"http://{EdgeWorld.HostOf(exposure)}:{_edge.Port}", $"https://{EdgeWorld.HostOf(_alice)}:{_edge.Port}" })
        {
            var refused = await Assert.ThrowsAsync<WebSocketException>(() => _edge.OpenWebSocketAsync(exposure, grant, origin));
            Assert.Contains("403", refused.Message, StringComparison.Ordinal);
        }

        Assert.Equal(0, app.Handshakes);
        using var socket = await _edge.OpenWebSocketAsync(exposure, grant, $"https://{EdgeWorld.HostOf(exposure)}:{_edge.Port}");
        Assert.Equal("hello", await EchoAsync(socket, "hello"));
    }

    [Fact]
    public async Task A9_ForeignPage_CannotReadWhatTheAppWouldLetItRead()
    {
        await using var app = OddUpstream.Saying("HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: https://evil.test\r\nAccess-Control-Allow-Credentials: true\r\nContent-Length: 2\r\n\r\nok");
        var gated = _edge.Expose(app.EndPoint, AccessMode.Sso);
        var open = _edge.Expose(app.EndPoint, AccessMode.Public);
        var grant = GrantOf(await EnterAsync(new Browser(_edge), gated, "nina"));

        var host = EdgeWorld.HostOf(gated);
        var kept = await _edge.RawAsync(host, $"GET / HTTP/1.1\r\nHost: {host}\r\nCookie: {grant}\r\nOrigin: https://evil.test\r\n\r\n");
        host = EdgeWorld.HostOf(open);
        var passed = await _edge.RawAsync(host, $"GET / HTTP/1.1\r\nHost: {host}\r\nOrigin: https://evil.test\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200", kept, StringComparison.Ordinal);
        Assert.DoesNotContain("Access-Control-Allow", kept, StringComparison.Ordinal);
        Assert.Contains("Access-Control-Allow-Origin: https://evil.test", passed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Preflight_BetweenPortsOfOneSession_PassesAndNoOther()
    {
        var sibling = EdgeWorld.NewExposure(_alice.SessionId, 4000, _upstream.EndPoint, AccessMode.Sso);
        _edge.Feed.Publish(sibling);

        var host = EdgeWorld.HostOf(_alice);
        var ask = $"OPTIONS /api HTTP/1.1\r\nHost: {host}\r\nAccess-Control-Request-Method: PUT\r\nAccess-Control-Request-Headers: x-a\r\nOrigin: ";
        var passed = await _edge.RawAsync(host, $"{ask}https://{EdgeWorld.HostOf(sibling)}:{_edge.Port}\r\n\r\n");
        var refused = await _edge.RawAsync(host, $"{ask}https://evil.test\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 204", passed, StringComparison.Ordinal);
        Assert.Contains($"Access-Control-Allow-Origin: https://{EdgeWorld.HostOf(sibling)}:{_edge.Port}\r\n", passed, StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 401", refused, StringComparison.Ordinal);
        Assert.DoesNotContain("Access-Control-Allow", refused, StringComparison.Ordinal);
        Assert.Equal(0, _upstream.Connections);
    }

    [Fact]
    public async Task E17_PolicyThatChanged_EndsGrantsAndCutsAtOnce()
    {
        await using var app = await WebSocketApp.StartAsync();
        var exposure = _edge.Expose(app.EndPoint, AccessMode.Public);
        using var socket = await _edge.OpenWebSocketAsync(exposure);
        Assert.Equal("hello", await EchoAsync(socket, "hello"));

        _edge.Feed.Publish(exposure with { Access = exposure.Access with { Mode = AccessMode.Sso, Version = 2 } });

        Assert.Equal(401, await StatusAsync(exposure));
        await IsCutAsync(socket);
        Assert.Equal(1, app.Handshakes);
    }

    [Fact]
    public async Task R07_ClosedPort_IsClosedBeforePublishReturnsAndItsSocketsAreCut()
    {
        await using var app = await WebSocketApp.StartAsync();
        var exposure = _edge.Expose(app.EndPoint);
        using var socket = await _edge.OpenWebSocketAsync(exposure);
        Assert.Equal("hello", await EchoAsync(socket, "hello"));

        _edge.Feed.Remove(exposure.Id);

        Assert.Equal(404, await StatusAsync(exposure));
        await IsCutAsync(socket);
    }

    private static string Query(Uri url, string name) => System.Web.HttpUtility.ParseQueryString(url.Query)[name]!;

    internal static string GrantOf(HttpResponseMessage entered) =>
        entered.Headers.GetValues("Set-Cookie").Single(value => value.StartsWith("__Host-pp_gate=", StringComparison.Ordinal)).Split(';')[0];

    internal static async Task<string> EchoAsync(ClientWebSocket socket, string text)
    {
        var buffer = new byte[1024];
        await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None).Within();
        var got = await socket.ReceiveAsync(buffer, CancellationToken.None).Within();
        return Encoding.UTF8.GetString(buffer, 0, got.Count);
    }

    /// <summary>Within one second the socket must be dead.</summary>
    internal static async Task IsCutAsync(ClientWebSocket socket)
    {
        var read = socket.ReceiveAsync(new byte[16], CancellationToken.None);
        Assert.Same(read, await Task.WhenAny(read, Task.Delay(TimeSpan.FromSeconds(1))));
        await Assert.ThrowsAsync<WebSocketException>(() => read);
    }

    private async Task<HttpResponseMessage> EnterAsync(Browser browser, ExposureStatus exposure, string who, bool isSignIn = false)
    {
        browser.SignInAtPortal(isSignIn ? who : _edge.People.SignIn(who));
        return await browser.FollowAsync(await browser.FollowAsync(await browser.GetAsync(_edge.UrlOf(exposure))));
    }

    private async Task<int> StatusAsync(ExposureStatus exposure, string? cookie = null)
    {
        var host = EdgeWorld.HostOf(exposure);
        var answer = await _edge.RawAsync(host, $"GET / HTTP/1.1\r\nHost: {host}\r\n{(cookie is null ? "" : $"Cookie: {cookie}\r\n")}\r\n");
        return int.Parse(answer.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
