using System.Net;
using PortPortal.Engine.Edge.Upstream;

namespace PortPortal.Tests.Edge.Upstream;

/// <summary>What the app gets to see of a request.</summary>
public sealed class RequestForwardingTests
{
    [Theory]
    [InlineData("/")]
    [InlineData("/a%2fb/..%2f;x=1//c/./d?x=%2e%2e&y=%C3%A9&z=+&e=%")]
    [InlineData("/a/../b?[]{}|^`\"<>'")]
    [InlineData("/%c0%af")]
    [InlineData("/?http://other.test/")]
    public async Task Target_OfAnyShape_ArrivesAsSent(string target)
    {
        Assert.Equal($"GET {target} HTTP/1.1", (await EchoAsync($"GET {target} HTTP/1.1\r\nHost: h\r\n\r\n")).Split("\r\n")[0]);
    }

    [Fact]
    public async Task Target_InAbsoluteForm_ArrivesInOriginForm()
    {
        Assert.Equal("GET /a%2f?q HTTP/1.1", (await EchoAsync("GET http://h/a%2f?q HTTP/1.1\r\nHost: h\r\n\r\n")).Split("\r\n")[0]);
    }

    [Theory]
    [InlineData("GET", "/admin#/public")]
    [InlineData("GET", "/a\\b")]
    [InlineData("OPTIONS", "*")]
    [InlineData("TRACE", "/")]
    public async Task Request_ThatTwoServersCouldReadDifferently_IsRefusedBeforeDialling(string method, string target)
    {
        await using var upstream = OddUpstream.Echo();
        await using var edge = await TestEdge.StartAsync(upstream);

        var head = await AskAsync(edge, $"{method} {target} HTTP/1.1\r\nHost: h\r\n\r\n");

        Assert.Contains("X-Outcome: RequestRefused", head, StringComparison.Ordinal);
        Assert.Equal(0, upstream.Connections);
    }

    [Fact]
    public async Task HeaderValue_OutsideAscii_KeepsItsBytes()
    {
        var seen = await EchoAsync("GET / HTTP/1.1\r\nHost: h\r\nX-Name: caf\u00c3\u00a9 \u00ff\r\nCookie: n=\u00e9\r\n\r\n");

        Assert.Contains("\r\nX-Name: caf\u00c3\u00a9 \u00ff\r\n", seen, StringComparison.Ordinal);
        Assert.Contains("\r\nCookie: n=\u00e9\r\n", seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Headers_ThatRepeat_KeepTheirLinesAndOrder()
    {
        var seen = await EchoAsync("GET / HTTP/1.1\r\nHost: h\r\nX-A: 1, 2\r\nX-A: 3\r\nAccept: a\r\nAccept: b;q=0.1\r\nX-A: 4\r\n\r\n");

        Assert.Equal(["X-A: 1, 2", "X-A: 3", "X-A: 4"], Lines(seen, "X-A"));
        Assert.Equal(["Accept: a", "Accept: b;q=0.1"], Lines(seen, "Accept"));
    }

    [Fact]
    public async Task Headers_LongerThanAnyBuffer_Arrive()
    {
        var value = new string('v', 10_000);
        var seen = await EchoAsync($"GET / HTTP/1.1\r\nHost: h\r\nX-A: {value}\r\nX-B: {value}\r\nX-C: {value}\r\n\r\n");

        Assert.Equal([$"X-A: {value}", $"X-B: {value}", $"X-C: {value}"], [.. Lines(seen, "X-A"), .. Lines(seen, "X-B"), .. Lines(seen, "X-C")]);
    }

    [Fact]
    public async Task P42_SpoofedHeaders_InEverySpelling_NeverArrive()
    {
        string[] spoofed =
        [
            "X-Forwarded-For", "x-forwarded-host", "X-Forwarded-Port", "X_Forwarded_User", "X.Forwarded.User", "X-Forwarded_Proto", "Forwarded", "X-Real-IP",
            "X-Original-URL", "X-Original-Host", "X-Rewrite-URL", "Remote-User", "Remote_User", "REMOTE.EMAIL", "True-Client-IP", "CF-Connecting-IP", "Proxy",
            "X-Auth-Request-Email", "X-WEBAUTH-USER", "Tailscale-User-Login", "Cf-Access-Jwt-Assertion", "X-PP-User", "x-pp_user", "X-Client-IP", "Client-IP",
        ];
        var seen = await EchoAsync($"GET / HTTP/1.1\r\nHost: h\r\n{string.Concat(spoofed.Select(name => $"{name}: evil\r\n"))}X-HTTP-Method-Override: PUT\r\n\r\n");

        Assert.DoesNotContain("evil", seen, StringComparison.Ordinal);
        Assert.Equal(["X-HTTP-Method-Override: PUT"], Lines(seen, "X-HTTP-Method-Override"));
    }

    [Fact]
    public async Task P40_ForwardedHeaders_TellTheAppWhoAsked()
    {
        var seen = await EchoAsync("GET / HTTP/1.1\r\nHost: h\r\n\r\n");

        Assert.Equal(["X-Forwarded-For: 203.0.113.7"], Lines(seen, "X-Forwarded-For"));
        Assert.Equal(["X-Forwarded-Proto: https"], Lines(seen, "X-Forwarded-Proto"));
        Assert.Equal([$"X-Forwarded-Host: {TestEdge.Host}"], Lines(seen, "X-Forwarded-Host"));
        Assert.Equal([$"Host: {TestEdge.Host}"], Lines(seen, "Host"));
        Assert.Empty(Lines(seen, "Remote-User"));
    }

    [Fact]
    public async Task P43_IdentifiedVisitor_IsNamedToTheAppExactlyOnce()
    {
        var identity = new ForwardedIdentity("alice", "alice@example.com", "Älice\r\nX: y");
        var seen = await EchoAsync("GET / HTTP/1.1\r\nHost: h\r\nRemote-User: root\r\nConnection: close, Remote-User, X-Forwarded-For\r\n\r\n", identity);

        Assert.Equal(["Remote-User: alice"], Lines(seen, "Remote-User"));
        Assert.Equal(["Remote-Email: alice@example.com"], Lines(seen, "Remote-Email"));
        Assert.Equal(["Remote-Name: \u00c3\u0084lice  X: y"], Lines(seen, "Remote-Name"));
        Assert.Single(Lines(seen, "X-Forwarded-For"));
    }

    [Fact]
    public async Task ConnectionHeaders_OfTheVisitor_StayOnTheVisitorsConnection()
    {
        var seen = await EchoAsync("GET / HTTP/1.1\r\nHost: h\r\nConnection: Foo, X-Mine\r\nX-Mine: 1\r\nKeep-Alive: 5\r\nProxy-Authorization: x\r\nTE: gzip, trailers\r\nUpgrade: h2c\r\nHTTP2-Settings: AAA\r\n\r\n");

        foreach (var name in new[] { "Connection", "X-Mine", "Keep-Alive", "Proxy-Authorization", "Upgrade", "HTTP2-Settings" })
        {
            Assert.Empty(Lines(seen, name));
        }

        Assert.Equal(["TE: trailers"], Lines(seen, "TE"));
    }

    [Fact]
    public async Task Cookie_OfTheEdge_IsTakenOutAndTheOthersKeepTheirBytes()
    {
        var seen = await EchoAsync("GET / HTTP/1.1\r\nHost: h\r\nCookie: x=1; __Host-pp_gate=secret; y=\"a b\";z=;  __HOST-PP_x=secret\r\n\r\n");

        Assert.Equal(["Cookie: x=1; y=\"a b\";z="], Lines(seen, "Cookie"));
    }

    [Theory]
    [InlineData("Basic dXNlcjpwYXNz", true)]
    [InlineData("Bearer eyJhbGciOi", true)]
    [InlineData("Bearer pp_0123456789", false)]
    [InlineData("bearer  pp_0123456789", false)]
    public async Task R13_Authorization_OfTheAppPasses_OurKeysDoNot(string value, bool passes)
    {
        var seen = await EchoAsync($"GET / HTTP/1.1\r\nHost: h\r\nAuthorization: {value}\r\n\r\n");

        Assert.Equal(passes ? [$"Authorization: {value}"] : [], Lines(seen, "Authorization"));
    }

    [Theory]
    [InlineData("Content-Length: 5\r\n\r\nhello")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n2;ext=1\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n")]
    public async Task Body_HoweverFramed_Arrives(string framed)
    {
        var seen = await EchoAsync($"POST /p HTTP/1.1\r\nHost: h\r\nContent-Type: text/plain\r\n{framed}");

        Assert.EndsWith("\r\n\r\nhello", seen, StringComparison.Ordinal);
        Assert.Equal(["Content-Type: text/plain"], Lines(seen, "Content-Type"));
        Assert.Single([.. Lines(seen, "Content-Length"), .. Lines(seen, "Transfer-Encoding")]);
    }

    [Theory]
    [InlineData("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n", "Content-Length: 0")]
    [InlineData("GET / HTTP/1.1\r\nHost: h\r\nContent-Type: text/plain\r\n\r\n", null)]
    public async Task Request_WithoutBody_IsNotGivenOne(string request, string? framing)
    {
        var seen = await EchoAsync(request);

        Assert.Equal(framing is null ? [] : [framing], [.. Lines(seen, "Content-Length"), .. Lines(seen, "Transfer-Encoding")]);
    }

    [Fact]
    public async Task Http2Request_WithBodyAndCookieCrumbs_ArrivesAsHttp11()
    {
        await using var upstream = OddUpstream.Echo();
        await using var edge = await TestEdge.StartAsync(upstream);
        using var client = edge.NewHttp2Client();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"http://{edge.Http2}/a%2fb?c=%2e", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true })) { Content = new StringContent("hello"), Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.TryAddWithoutValidation("Cookie", ["a=1", "__Host-pp_gate=x", "b=2"]);

        using var response = await client.SendAsync(request).Within();
        var seen = await response.Content.ReadAsStringAsync().Within();

        Assert.StartsWith("POST /a%2fb?c=%2e HTTP/1.1\r\n", seen, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\nhello", seen, StringComparison.Ordinal);
        Assert.Single(Lines(seen, "Cookie"));
        Assert.DoesNotContain("__Host", seen, StringComparison.Ordinal);
        Assert.DoesNotContain(":path", seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_ThatCameRoundFiveTimes_IsALoop()
    {
        await using var upstream = OddUpstream.Echo();
        await using var edge = await TestEdge.StartAsync(upstream);

        Assert.Contains("X-Outcome: LoopDetected", await AskAsync(edge, "GET / HTTP/1.1\r\nHost: h\r\nCDN-Loop: portportal, portportal, other\r\nCDN-Loop: PortPortal,portportal, portportal\r\n\r\n"), StringComparison.Ordinal);
        Assert.Equal(0, upstream.Connections);
    }

    [Fact]
    public async Task RequestTrailers_ArriveAsTrailers_SpoofedOnesDoNot()
    {
        var trailers = new TaskCompletionSource<string>();
        await using var upstream = new OddUpstream(async connection =>
        {
            var head = await connection.ReadHeadAsync();
            await connection.ReadBodyAsync(head!);
            trailers.SetResult(head + "|" + connection.Trailers);
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        });
        await using var edge = await TestEdge.StartAsync(upstream);

        await AskAsync(edge, "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nX-Sum: 7\r\nX-PP-User: root\r\nRemote-User: root\r\n\r\n");

        var seen = await trailers.Task.Within();
        Assert.EndsWith("|X-Sum: 7\r\n", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("root", seen, StringComparison.Ordinal);
    }

    private static string[] Lines(string head, string name) =>
        [.. head.Split("\r\n\r\n")[0].Split("\r\n").Where(line => line.StartsWith($"{name}:", StringComparison.OrdinalIgnoreCase))];

    private static async Task<string> AskAsync(TestEdge edge, string request)
    {
        await using var client = await RawConnection.OpenAsync(edge.Http1);
        await client.SendAsync(request);
        return (await client.ReadResponseAsync()).Head;
    }

    private static async Task<string> EchoAsync(string request, ForwardedIdentity? identity = null)
    {
        await using var upstream = OddUpstream.Echo();
        await using var edge = await TestEdge.StartAsync(upstream);
        edge.Visitor = edge.Visitor with { Identity = identity };
        await using var client = await RawConnection.OpenAsync(edge.Http1);
        await client.SendAsync(request);
        return (await client.ReadResponseAsync()).Body;
    }
}
