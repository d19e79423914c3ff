using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using PortPortal.Engine.Edge.Upstream;

namespace PortPortal.Tests.Edge.Upstream;

/// <summary>What the visitor gets to see of a response.</summary>
public sealed class ResponseForwardingTests
{
    [Fact]
    public async Task Response_WithLength_ArrivesWithStatusHeadersAndBody()
    {
        var (head, body) = await AskAsync("HTTP/1.1 418 Short And Stout\r\nContent-Type: x/y\r\nX-Name: caf\u00c3\u00a9\u00ff\r\nX-A: 1\r\nX-A: 2\r\nserver: mine\r\nContent-Length: 5\r\n\r\nhello");

        Assert.StartsWith("HTTP/1.1 418 Short And Stout\r\n", head, StringComparison.Ordinal);
        Assert.Contains("\r\nX-Name: caf\u00c3\u00a9\u00ff\r\n", head, StringComparison.Ordinal);
        Assert.Contains("\r\nX-A: 1\r\nX-A: 2\r\n", head, StringComparison.Ordinal);
        Assert.Contains("\r\nServer: mine\r\n", head, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("\r\nContent-Length: 5\r\n", head, StringComparison.Ordinal);
        Assert.Equal("hello", body);
    }

    [Fact]
    public async Task Response_InChunks_ArrivesWithItsTrailers()
    {
        await using var upstream = OddUpstream.Saying("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=\"y\"\r\nhello\r\n00006\r\n world\r\n0\r\nX-Sum: 11\r\nSet-Cookie: a=b\r\n\r\n");
        await using var edge = await TestEdge.StartAsync(upstream);
        await using var client = await RawConnection.OpenAsync(edge.Http1);
        await client.SendAsync("GET / HTTP/1.1\r\nHost: h\r\n\r\n");

        Assert.Equal("hello world", (await client.ReadResponseAsync()).Body);
        Assert.Equal("X-Sum: 11\r\n", client.Trailers);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", "0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n", "\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell", "o")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "hello")]
    public async Task Response_WhoseEndComesLater_EndsForTheVisitorToo(string first, string last)
    {
        await using var upstream = new OddUpstream(async connection =>
        {
            while (await connection.ReadHeadAsync() is not null)
            {
                await connection.SendAsync(first);
                await Task.Delay(50);
                await connection.SendAsync(last);
            }
        });
        await using var edge = await TestEdge.StartAsync(upstream);
        await using var client = await RawConnection.OpenAsync(edge.Http1);

        // The connection stays open, so nothing but the response's own end can end it.
        for (var i = 0; i < 2; i++)
        {
            await client.SendAsync("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            Assert.Equal("hello", (await client.ReadResponseAsync()).Body);
        }
    }

    [Fact]
    public async Task Response_InChunks_ArrivesOverHttp2WithItsTrailers()
    {
        await using var upstream = OddUpstream.Saying("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 11\r\n\r\n");
        await using var edge = await TestEdge.StartAsync(upstream);
        using var client = edge.NewHttp2Client();

        using var response = await client.GetAsync(new Uri("/", UriKind.Relative)).Within();

        Assert.Equal("hello", await response.Content.ReadAsStringAsync().Within());
        Assert.Equal(["11"], response.TrailingHeaders.GetValues("X-Sum"));
    }

    [Fact]
    public async Task Response_InChunks_ReachesAnHttp10VisitorWithoutThem()
    {
        await using var upstream = OddUpstream.Saying("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
        await using var edge = await TestEdge.StartAsync(upstream);
        await using var client = await RawConnection.OpenAsync(edge.Http1);
        await client.SendAsync("GET / HTTP/1.0\r\nHost: h\r\n\r\n");

        Assert.DoesNotContain("Transfer-Encoding", await client.ReadHeadAsync(), StringComparison.OrdinalIgnoreCase);
        Assert.Equal("hello", await client.ReadToEndAsync());
    }

    [Fact]
    public async Task Response_WithALongHead_ArrivesWhole()
    {
        var cookie = new string('c', 40_000);
        var (head, body) = await AskAsync($"HTTP/1.1 200 OK\r\nX-Long: {cookie}\r\nContent-Length: 2\r\n\r\nok");

        Assert.Contains($"\r\nX-Long: {cookie}\r\n", head, StringComparison.Ordinal);
        Assert.Equal("ok", body);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\n\r\nhello")]
    [InlineData("HTTP/1.0 200 OK\r\n\r\nhello")]
    [InlineData("HTTP/1.1 200\nX: y\n\nhello")]
    public async Task Response_UntilTheConnectionEnds_ArrivesWhole(string response)
    {
        await using var upstream = new OddUpstream(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.SendAsync(response);
        });
        await using var edge = await TestEdge.StartAsync(upstream);

        Assert.Equal("hello", (await AskAsync(edge)).Body);
        Assert.Equal(ForwardOutcome.Completed, (await edge.NextResultAsync()).Outcome);
    }

    [Theory]
    [InlineData("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n", "Content-Length: 1234")]
    [InlineData("HEAD", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", null)]
    [InlineData("GET", "HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\nContent-Length: 99\r\n\r\n", "ETag: \"x\"")]
    [InlineData("GET", "HTTP/1.1 204 No Content\r\nX-A: b\r\n\r\n", "X-A: b")]
    [InlineData("GET", "HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\n", null)]
    public async Task Response_WithoutBody_LeavesBothConnectionsInUse(string method, string response, string? header)
    {
        await using var upstream = OddUpstream.Saying(response);
        await using var edge = await TestEdge.StartAsync(upstream);
        await using var client = await RawConnection.OpenAsync(edge.Http1);

        for (var i = 0; i < 2; i++)
        {
            await client.SendAsync($"{method} / HTTP/1.1\r\nHost: h\r\n\r\n");
            var head = await client.ReadHeadAsync();
            Assert.StartsWith(response[..12], head, StringComparison.Ordinal);
            Assert.Contains(header ?? "", head, StringComparison.Ordinal);
            await edge.NextResultAsync();
        }

        Assert.Equal(1, upstream.Connections);
    }

    [Fact]
    public async Task A5_Cookies_ForSiblingsOrUnderOurNames_AreTakenOut()
    {
        var (head, _) = await AskAsync(
            "HTTP/1.1 200 OK\r\nSet-Cookie: a=1; Domain=.edge.test; Path=/\r\nset-cookie: __host-pp_gate=x; Path=/\r\nSet-Cookie: b=2; domain=\"edge.test\"\r\n"
            + "Set-Cookie: =__Host-pp_gate=x\r\nSet-Cookie: c=3; Secure;Domain = 3000-abc.EDGE.test ;HttpOnly\r\nSet-Cookie: d=__Host-pp_; Max-Age=1\r\nContent-Length: 0\r\n\r\n");

        Assert.Equal(
            ["Set-Cookie: a=1; Path=/", "Set-Cookie: b=2", "Set-Cookie: c=3; Secure;Domain = 3000-abc.EDGE.test ;HttpOnly", "Set-Cookie: d=__Host-pp_; Max-Age=1"],
            head.Split("\r\n").Where(line => line.StartsWith("Set-Cookie", StringComparison.OrdinalIgnoreCase)));
    }

    [Fact]
    public async Task B15_Headers_ThatActOnProxiesOrSiblings_AreTakenOut()
    {
        var (head, _) = await AskAsync(
            "HTTP/1.1 200 OK\r\nAlt-Svc: h3=\":1\"\r\nX-Accel-Redirect: /x\r\nX-Sendfile: /x\r\nClear-Site-Data: \"cookies\"\r\nKeep-Alive: timeout=5\r\nConnection: X-Hop\r\nX-Hop: 1\r\nUpgrade: h2c\r\n"
            + "Proxy-Authenticate: Basic\r\nX-Accel-Buffering: no\r\nLocation: http://other.test/\r\nContent-Encoding: gzip\r\nContent-Length: 0\r\n\r\n");

        foreach (var gone in new[] { "Alt-Svc", "X-Accel-Redirect", "X-Sendfile", "Clear-Site-Data", "Keep-Alive", "X-Hop", "Upgrade", "Proxy-Authenticate" })
        {
            Assert.DoesNotContain($"\r\n{gone}:", head, StringComparison.OrdinalIgnoreCase);
        }

        Assert.Contains("\r\nX-Accel-Buffering: no\r\n", head, StringComparison.Ordinal);
        Assert.Contains("\r\nLocation: http://other.test/\r\n", head, StringComparison.Ordinal);
        Assert.Contains("\r\nContent-Encoding: gzip\r\n", head, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9\r\n\r\n")]
    [InlineData("HTTP/2 200 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 99 Low\r\n\r\n")]
    [InlineData("HTTP/1.1 2000 Long\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\nx")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n\r\nx")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nx")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nX: a\r\n b\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nX : a\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n: a\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nX: a\u0000b\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nX: a\rb\r\n\r\n")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")]
    public async Task D19_Response_ThatIsNotPlainHttp_IsAProtocolError(string response)
    {
        await using var upstream = OddUpstream.Saying(response);
        await using var edge = await TestEdge.StartAsync(upstream);

        Assert.Contains("X-Outcome: UpstreamProtocolError", (await AskAsync(edge)).Head, StringComparison.Ordinal);
        Assert.False((await edge.NextResultAsync()).ResponseStarted);
    }

    [Theory]
    [InlineData("X-Long: ", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 2000)]
    [InlineData("", "X: y\r\n", 300)]
    public async Task D19_ResponseHead_WithoutEnd_IsCapped(string first, string again, int times)
    {
        await using var upstream = OddUpstream.Saying($"HTTP/1.1 200 OK\r\n{first}{string.Concat(Enumerable.Repeat(again, times))}");
        await using var edge = await TestEdge.StartAsync(upstream);

        Assert.Contains("X-Outcome: UpstreamProtocolError", (await AskAsync(edge)).Head, StringComparison.Ordinal);
    }

    [Fact]
    public async Task D19_InterimResponses_AreCapped()
    {
        await using var upstream = OddUpstream.Saying(string.Concat(Enumerable.Repeat("HTTP/1.1 102 Processing\r\n\r\n", 1000)));
        await using var edge = await TestEdge.StartAsync(upstream);

        Assert.Contains("X-Outcome: UpstreamProtocolError", (await AskAsync(edge)).Head, StringComparison.Ordinal);
    }

    [Fact]
    public async Task InterimResponses_InReason_AreSkipped()
    {
        var (head, body) = await AskAsync("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");

        Assert.StartsWith("HTTP/1.1 200 OK", head, StringComparison.Ordinal);
        Assert.DoesNotContain("Link", head, StringComparison.Ordinal);
        Assert.Equal("ok", body);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nhello", nameof(ForwardOutcome.UpstreamBroke))]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", nameof(ForwardOutcome.UpstreamBroke))]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nxyz\r\n", nameof(ForwardOutcome.UpstreamProtocolError))]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\nhello\r\n", nameof(ForwardOutcome.UpstreamProtocolError))]
    public async Task Response_ThatBreaksOff_IsTornOffForTheVisitorToo(string response, string outcome)
    {
        await using var upstream = new OddUpstream(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.SendAsync(response);
        });
        await using var edge = await TestEdge.StartAsync(upstream);
        await using var client = await RawConnection.OpenAsync(edge.Http1);
        await client.SendAsync("GET / HTTP/1.1\r\nHost: h\r\n\r\n");

        await client.ReadToEndAsync();

        Assert.True(client.WasReset);
        var result = await edge.NextResultAsync();
        Assert.Equal((outcome, true), (result.Outcome.ToString(), result.ResponseStarted));
    }

    [Fact]
    public async Task Events_ArriveOneByOne()
    {
        using var next = new SemaphoreSlim(0);
        await using var upstream = new OddUpstream(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (var i = 0; i < 3; i++)
            {
                await next.WaitAsync().Within();
                await connection.SendAsync("9\r\ndata: 1\n\n\r\n");
            }

            await connection.ReadToEndAsync();
        });
        await using var edge = await TestEdge.StartAsync(upstream);
        await using var client = await RawConnection.OpenAsync(edge.Http1);
        await client.SendAsync("GET / HTTP/1.1\r\nHost: h\r\n\r\n");

        Assert.NotNull(await client.ReadHeadAsync());
        for (var i = 0; i < 3; i++)
        {
            next.Release();
            Assert.NotNull(await client.ReadUntilAsync("data: 1\n\n"));
        }

        Assert.Equal(27, edge.Meter.Downs);
    }

    [Fact]
    public async Task R15_SlowVisitor_HoldsTheAppBack()
    {
        long sent = 0;
        await using var upstream = new OddUpstream(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
            var piece = new byte[64 * 1024];
            while (true)
            {
                await connection.Stream.WriteAsync(piece);
                Interlocked.Add(ref sent, piece.Length);
            }
        });
        await using var edge = await TestEdge.StartAsync(upstream);
        await using var client = await RawConnection.OpenAsync(edge.Http1);
        await client.SendAsync("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
        await client.ReadHeadAsync();

        // The sockets' own buffers fill up, then nothing moves any more.
        long before = -1;
        while (Interlocked.Read(ref sent) is var now && now != before)
        {
            before = now;
            await Task.Delay(300);
        }

        Assert.InRange(before, 64 * 1024, 20_000_000);
    }

    [Fact]
    public async Task LargeBody_PassesBothWaysUnchanged()
    {
        await using var upstream = new OddUpstream(async connection =>
        {
            await connection.ReadHeadAsync();
            var body = await connection.ReadExactlyAsync(20_000_000);
            await connection.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: 20000000\r\n\r\n{body}");
        });
        await using var edge = await TestEdge.StartAsync(upstream);
        using var client = edge.NewHttp2Client();
        var content = RandomNumberGenerator.GetBytes(20_000_000);
        using var body = new ByteArrayContent(content);

        using var response = await client.PostAsync(new Uri("/", UriKind.Relative), body).Within();

        Assert.Equal(SHA256.HashData(content), SHA256.HashData(await response.Content.ReadAsByteArrayAsync().Within()));
        Assert.Equal((20_000_000, 20_000_000), (edge.Meter.Ups, edge.Meter.Downs));
    }

    [Fact]
    public async Task Upstream_WithTlsAndACertificateOfItsOwn_IsReached()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=dev", key, HashAlgorithmName.SHA256).CreateSelfSigned(TimeProvider.System.GetUtcNow(), TimeProvider.System.GetUtcNow().AddDays(1));
        await using var upstream = new OddUpstream(async connection =>
        {
            await using var tls = new SslStream(connection.Stream);
            await tls.AuthenticateAsServerAsync(certificate);
            while (await tls.ReadAsync(new byte[4096]) > 0)
            {
                await tls.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{connection.Number}!"));
            }
        });
        await using var edge = await TestEdge.StartAsync(upstream);
        edge.Server = edge.Server with { Tls = true };

        Assert.Equal("1!", (await AskAsync(edge)).Body);
        Assert.Equal(ForwardOutcome.Completed, (await edge.NextResultAsync()).Outcome);
    }

    private static async Task<(string Head, string Body)> AskAsync(string response)
    {
        await using var upstream = OddUpstream.Saying(response);
        await using var edge = await TestEdge.StartAsync(upstream);
        return await AskAsync(edge);
    }

    private static async Task<(string Head, string Body)> AskAsync(TestEdge edge)
    {
        await using var client = await RawConnection.OpenAsync(edge.Http1);
        await client.SendAsync("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
        return await client.ReadResponseAsync();
    }
}
