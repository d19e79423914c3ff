using PortPortal.Engine.Exposures;
using PortPortal.Tests.Edge.Upstream;

namespace PortPortal.Tests.Edge;

/// <summary>What gets no further than the door: each case over a raw socket, with an upstream that counts what reaches it.</summary>
public sealed class EdgeAdmissionTests : IAsyncLifetime
{
    private readonly OddUpstream _upstream = OddUpstream.Echo();
    private EdgeWorld _edge = null!;
    private ExposureStatus _alice = null!;

    private string Alice => EdgeWorld.HostOf(_alice);

    public async Task InitializeAsync()
    {
        _edge = await EdgeWorld.StartAsync();
        _alice = _edge.Expose(_upstream.EndPoint);
    }

    public async Task DisposeAsync()
    {
        await _edge.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    [Fact]
    public async Task Request_OfItsOwnHost_ReachesTheApp()
    {
        var answer = await _edge.RawAsync(Alice, $"GET /a%2fb?x=%2e%2e HTTP/1.1\r\nHost: {Alice}:{_edge.Port}\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        Assert.Contains("GET /a%2fb?x=%2e%2e HTTP/1.1", answer, StringComparison.Ordinal);
        Assert.Contains($"X-Forwarded-Host: {Alice}:{_edge.Port}\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("X-Forwarded-Proto: https\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("X-Forwarded-For: 127.0.0.1\r\n", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{alice}")]
    [InlineData("{ALICE}")]
    [InlineData("{alice}.")]
    [InlineData("{alice}:{port}")]
    [InlineData("{alice}.:{port}")]
    public async Task B10_HostSpelledAnotherWay_IsTheSameHost(string host) => await ReachesAsync($"GET / HTTP/1.1\r\nHost: {Fill(host)}\r\n\r\n");

    [Theory]
    [InlineData("", 400)]
    [InlineData("user@{alice}", 400)]
    [InlineData("{alice}..", 400)]
    [InlineData("{alice}:99999", 400)]
    [InlineData("{alice}:0443", 400)]
    [InlineData("{alice}:", 400)]
    [InlineData("3000_x.edge.test", 400)]
    [InlineData("3000-caf\u00e9.edge.test", 400)]
    [InlineData("[::1]", 421)]
    [InlineData("127.0.0.1", 421)]
    [InlineData("{alice}:22", 421)]
    [InlineData("evil.test", 421)]
    [InlineData("3000-other.edge.test", 421)]
    [InlineData("portal.edge.test", 421)]
    [InlineData("edge.test", 421)]
    [InlineData("xedge.test", 421)]
    public async Task B10_HostThatIsOddOrNotOfThisConnection_IsRefused(string host, int status) =>
        await IsRefusedAsync($"GET / HTTP/1.1\r\nHost: {Fill(host)}\r\n\r\n", status);

    [Fact]
    public async Task B10_HostOver253Characters_IsRefused() =>
        await IsRefusedAsync($"GET / HTTP/1.1\r\nHost: {string.Join('.', Enumerable.Repeat(new string('a', 60), 5))}.edge.test\r\n\r\n", 400);

    [Fact]
    public async Task B10_TwoHosts_AreRefused() => await IsRefusedAsync($"GET / HTTP/1.1\r\nHost: {Alice}\r\nHost: {Alice}\r\n\r\n", 400);

    [Fact]
    public async Task B10_NoHost_IsRefused() => await IsRefusedAsync("GET / HTTP/1.1\r\n\r\n", 400);

    [Fact]
    public async Task B11_NameInTheHandshakeOtherThanTheHost_IsMisdirected()
    {
        var mallory = _edge.Expose(_upstream.EndPoint);

        var answer = await _edge.RawAsync(EdgeWorld.HostOf(mallory), $"GET / HTTP/1.1\r\nHost: {Alice}\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 421", answer, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"misdirected\"", answer, StringComparison.Ordinal);
        Assert.Equal(0, _upstream.Connections);
    }

    [Fact]
    public async Task B11_PortalOnAnAppsConnectionAndAppOnThePortals_AreMisdirected()
    {
        Assert.StartsWith("HTTP/1.1 421", await _edge.RawAsync(Alice, "GET / HTTP/1.1\r\nHost: portal.edge.test\r\n\r\n"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 421", await _edge.RawAsync("portal.edge.test", $"GET / HTTP/1.1\r\nHost: {Alice}\r\n\r\n"), StringComparison.Ordinal);
        Assert.EndsWith("the portal", (await _edge.RawAsync("portal.edge.test", "GET / HTTP/1.0\r\nHost: portal.edge.test\r\n\r\n")).TrimEnd(), StringComparison.Ordinal);
        Assert.Equal(0, _upstream.Connections);
    }

    [Fact]
    public async Task B12_OneConnection_EachRequestIsJudgedByItself()
    {
        var answer = await _edge.RawAsync(Alice, $"GET / HTTP/1.1\r\nHost: {Alice}\r\n\r\nGET / HTTP/1.1\r\nHost: 3000-other.edge.test\r\n\r\nGET / HTTP/1.1\r\nHost: {Alice}\r\n\r\n");

        Assert.Equal(["200", "421", "200"], answer.Split("HTTP/1.1 ").Skip(1).Select(part => part[..3]).Where(status => char.IsAsciiDigit(status[0])));
        Assert.Equal(2, _upstream.Requests);
    }

    [Fact]
    public async Task Http2_OfItsOwnHost_ReachesTheApp()
    {
        using var client = _edge.NewClient(version: System.Net.HttpVersion.Version20);

        Assert.StartsWith("GET /?http2 HTTP/1.1\r\n", await client.GetStringAsync(_edge.UrlOf(_alice, "/?http2")).Within(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/admin#/public")]
    [InlineData("/a\\b")]
    [InlineData("/caf\u00e9")]
    [InlineData("/a\tb")]
    [InlineData("/%00")]
    public async Task C3_TargetThatServersReadDifferently_IsRefused(string target) => await IsRefusedAsync($"GET {target} HTTP/1.1\r\nHost: {Alice}\r\n\r\n", 400);

    [Theory]
    [InlineData("/%c0%af")]
    [InlineData("//evil/..;/%2e%2e/")]
    [InlineData("/?http://evil.test/")]
    public async Task C8_TargetWithOpaqueBytes_ArrivesAsSent(string target) => Assert.Contains($"GET {target} HTTP/1.1", await ReachesAsync($"GET {target} HTTP/1.1\r\nHost: {Alice}\r\n\r\n"), StringComparison.Ordinal);

    [Theory]
    [InlineData("TRACE")]
    [InlineData("trace")]
    [InlineData("CONNECT")]
    public async Task C7_TraceAndConnect_AreRefused(string method) => await IsRefusedAsync($"{method} / HTTP/1.1\r\nHost: {Alice}\r\nCookie: secret=1\r\n\r\n", 405, 400);

    [Fact]
    public async Task C9_AbsoluteFormOfAnotherHost_IsRefused() => await IsRefusedAsync($"GET https://3000-other.edge.test/ HTTP/1.1\r\nHost: {Alice}\r\n\r\n", 400);

    [Fact]
    public async Task C9_AbsoluteFormOfAnotherScheme_IsRefused() => await IsRefusedAsync($"GET ftp://{Alice}/ HTTP/1.1\r\nHost: {Alice}\r\n\r\n", 400);

    [Fact]
    public async Task C9_AbsoluteFormOfItsOwnHost_ReachesTheAppInOriginForm() =>
        Assert.Contains("GET /a?b HTTP/1.1", await ReachesAsync($"GET https://{Alice}/a?b HTTP/1.1\r\nHost: {Alice}\r\n\r\n"), StringComparison.Ordinal);

    [Fact]
    public async Task C9_OptionsOfTheServerItself_IsAnsweredByTheEdge() => await IsRefusedAsync($"OPTIONS * HTTP/1.1\r\nHost: {Alice}\r\n\r\n", 204);

    [Theory]
    [InlineData("Content-Length: 4\r\nTransfer-Encoding: chunked")] // D1
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 4")]
    [InlineData("Content-Length: -1")] // D2; a plus sign is gone once Kestrel has parsed it, see below
    [InlineData("Content-Length: 1, 1")]
    [InlineData("Content-Length: 0x1")]
    [InlineData("Content-Length: ")]
    [InlineData("Content-Length: 1\r\nContent-Length: 1")]
    [InlineData("Content-Length: 1\r\nContent-Length: 2")]
    [InlineData("Transfer-Encoding: xchunked")] // D3
    [InlineData("Transfer-Encoding: chunked, identity")]
    [InlineData("Transfer-Encoding: identity, chunked")]
    [InlineData("Transfer-Encoding: gzip, chunked")]
    [InlineData("Transfer-Encoding: \u000bchunked")]
    [InlineData("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked")]
    [InlineData("Transfer-Encoding: identity\r\nTransfer-Encoding: chunked")]
    [InlineData("Transfer-Encoding : chunked")]
    [InlineData(" Transfer-Encoding: chunked")]
    [InlineData("X: y\r\n Transfer-Encoding: chunked")] // D5 folded line
    [InlineData(": empty name")]
    [InlineData("X: a\rb")]
    public async Task D1D2D3D5_BodyWhoseLengthIsInDoubt_IsRefusedAndNothingAfterItIsServed(string headers)
    {
        var answer = await _edge.RawAsync(Alice, $"POST / HTTP/1.1\r\nHost: {Alice}\r\n{headers}\r\n\r\n0\r\n\r\nGET /marker HTTP/1.1\r\nHost: {Alice}\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("marker", answer, StringComparison.Ordinal);
        Assert.Equal(1, answer.Split("HTTP/1.1 ").Length - 1);
        Assert.Equal(0, _upstream.Requests);
    }

    [Fact]
    public async Task D2_ContentLengthWithAPlusSign_ReachesTheAppInCleanFraming()
    {
        var answer = await ReachesAsync($"POST / HTTP/1.1\r\nHost: {Alice}\r\nContent-Length: +1\r\n\r\nx");

        Assert.Contains("Content-Length: 1\r\n", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("+1", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0x5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("-1\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5;a\nb\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5\nhello\r\n0\r\n\r\n")]
    [InlineData("FFFFFFFFFFFFFFFF\r\nhello\r\n0\r\n\r\n")]
    public async Task D4_MalformedChunks_NeverMakeARequestOfTheirRest(string chunks)
    {
        var answer = await _edge.RawAsync(Alice, $"POST / HTTP/1.1\r\nHost: {Alice}\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}GET /marker HTTP/1.1\r\nHost: {Alice}\r\n\r\n");

        Assert.DoesNotContain("GET /marker", answer, StringComparison.Ordinal);
        Assert.DoesNotContain(" 200 ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task D5_BareLineFeeds_ArriveAsOneRequestWithCleanLines()
    {
        var answer = await _edge.RawAsync(Alice, $"GET / HTTP/1.1\nHost: {Alice}\nX-A: 1\n\n");

        if (answer.StartsWith("HTTP/1.1 200", StringComparison.Ordinal))
        {
            Assert.Contains("GET / HTTP/1.1\r\n", answer, StringComparison.Ordinal);
            Assert.Contains("X-A: 1\r\n", answer, StringComparison.Ordinal);
            Assert.Equal(1, _upstream.Requests);
        }
        else
        {
            Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal);
            Assert.Equal(0, _upstream.Requests);
        }
    }

    [Theory]
    [InlineData("POST / HTTP/1.0\r\nHost: {alice}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("GET /\r\n\r\n")]
    [InlineData("GET / HTTP/1.2\r\nHost: {alice}\r\n\r\n")]
    [InlineData("GET / HTTP/2.0\r\nHost: {alice}\r\n\r\n")]
    public async Task D6_OtherVersionsOfHttp_AreRefused(string request) => await IsRefusedAsync(Fill(request), 400, 505);

    [Theory]
    [InlineData("junk")]
    [InlineData("100-continue, junk")]
    [InlineData("200-maybe")]
    public async Task Expectation_OtherThanContinue_FailsWith417(string expect) =>
        await IsRefusedAsync($"POST / HTTP/1.1\r\nHost: {Alice}\r\nExpect: {expect}\r\nContent-Length: 1\r\n\r\nx", 417);

    [Theory]
    [InlineData("X_Forwarded_User: root")]
    [InlineData("Remote.User: root")]
    [InlineData("x-pp_user: root")]
    [InlineData("Remote-User: root")]
    [InlineData("X-Forwarded-For: 6.6.6.6")]
    public async Task B6P42P43_IdentityThatTheVisitorClaims_DoesNotReachTheApp(string header)
    {
        var answer = await ReachesAsync($"GET / HTTP/1.1\r\nHost: {Alice}\r\n{header}\r\n\r\n");

        Assert.DoesNotContain("root", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("6.6.6.6", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task B3S30_OtherHostsInHeaders_ChooseNothing()
    {
        var other = _edge.Expose(_upstream.EndPoint);
        var host = EdgeWorld.HostOf(other);

        var answer = await ReachesAsync($"GET / HTTP/1.1\r\nHost: {Alice}\r\nX-Forwarded-Host: {host}\r\nForwarded: host={host}\r\nX-Original-Host: {host}\r\nX-Host: {host}\r\n\r\n");

        Assert.Contains($"\r\nHost: {Alice}", answer, StringComparison.Ordinal);
        Assert.DoesNotContain(host, answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PlainHttp_IsSentToHttps()
    {
        var get = await _edge.RawAsync("", $"GET /a?b=c HTTP/1.1\r\nHost: {Alice}:{_edge.Port}\r\n\r\n", tls: false);
        var post = await _edge.RawAsync("", $"POST / HTTP/1.1\r\nHost: {Alice}:{_edge.Port}\r\nContent-Length: 0\r\n\r\n", tls: false);
        var foreign = await _edge.RawAsync("", "GET / HTTP/1.1\r\nHost: evil.test\r\n\r\n", tls: false);

        Assert.StartsWith("HTTP/1.1 301", get, StringComparison.Ordinal);
        Assert.Contains($"Location: https://{Alice}:{_edge.Port}/a?b=c\r\n", get, StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 308", post, StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 421", foreign, StringComparison.Ordinal);
        Assert.Equal(0, _upstream.Connections);
    }

    [Fact]
    public async Task BaseHost_BeyondItsIndex_GoesToThePortal()
    {
        var answer = await _edge.RawAsync(EdgeWorld.Base, "GET /sessions HTTP/1.1\r\nHost: edge.test\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 302", answer, StringComparison.Ordinal);
        Assert.Contains($"Location: https://portal.edge.test:{_edge.Port}/\r\n", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/.portportal/anything")]
    [InlineData("/.portportal/enter?code=a&state=b")]
    public async Task A14_ReservedPath_IsNeverTheApps(string target)
    {
        await _edge.RawAsync(Alice, $"GET {target} HTTP/1.1\r\nHost: {Alice}\r\n\r\n");

        Assert.Equal(0, _upstream.Connections);
    }

    [Theory]
    [InlineData("/.PORTPORTAL/enter")]
    [InlineData("/%2eportportal/enter")]
    [InlineData("//.portportal/enter")]
    public async Task A14_LookAlikesOfTheReservedPath_AreTheAppsAndNoActOfTheEdge(string target) =>
        Assert.Contains($"GET {target} HTTP/1.1", await ReachesAsync($"GET {target} HTTP/1.1\r\nHost: {Alice}\r\n\r\n"), StringComparison.Ordinal);

    private async Task<string> ReachesAsync(string request)
    {
        var answer = await _edge.RawAsync(Alice, request);

        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        Assert.Equal(1, _upstream.Requests);
        return answer;
    }

    private async Task IsRefusedAsync(string request, params int[] statuses)
    {
        var answer = await _edge.RawAsync(Alice, request);

        Assert.Contains(answer.Split(' ').ElementAtOrDefault(1), statuses.Select(status => $"{status}"));
        Assert.Equal(0, _upstream.Connections);
    }

    private string Fill(string text) => text
        .Replace("{alice}", Alice, StringComparison.Ordinal)
        .Replace("{ALICE}", Alice.ToUpperInvariant(), StringComparison.Ordinal)
        .Replace("{port}", $"{_edge.Port}", StringComparison.Ordinal);
}
