using System.Net;
using System.Net.Sockets;
using PortPortal.Engine.Edge.Upstream;

namespace PortPortal.Tests.Edge.Upstream;

/// <summary>Every way in which an exchange can end, told apart.</summary>
public sealed class ExchangeEndTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

    [Fact]
    public async Task R11_NothingListening_SaysSo()
    {
        using var gone = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        gone.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await using var edge = await TestEdge.StartAsync((IPEndPoint)gone.LocalEndPoint!);

        Assert.Equal((ForwardOutcome.NotListening, false), await AskAsync(edge));
    }

    [Fact]
    public async Task R12_DialWithoutAnswer_TimesOut()
    {
        using var full = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        full.Listen(0);
        using var first = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await first.ConnectAsync(full.LocalEndPoint!).Within();
        await using var edge = await TestEdge.StartAsync((IPEndPoint)full.LocalEndPoint!);
        edge.Server = edge.Server with { ConnectTimeout = TimeSpan.FromMilliseconds(200) };

        Assert.Equal((ForwardOutcome.ConnectTimeout, false), await AskAsync(edge));
    }

    [Fact]
    public async Task Address_IsJudgedAtEveryDial()
    {
        await using var upstream = OddUpstream.Saying("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        await using var edge = await TestEdge.StartAsync(upstream);
        var allowed = true;
        edge.Server = edge.Server with { MayDial = endPoint => allowed && endPoint.Equals(upstream.EndPoint) };

        Assert.Equal((ForwardOutcome.Completed, true), await AskAsync(edge));
        allowed = false;
        Assert.Equal((ForwardOutcome.AddressRefused, false), await AskAsync(edge));
        Assert.Equal(1, upstream.Connections);
    }

    [Fact]
    public async Task Upstream_ThatDoesNotSpeakTls_IsTold()
    {
        await using var upstream = new OddUpstream(async connection => await connection.SendAsync("HTTP/1.1 400 Bad Request\r\n\r\n"));
        await using var edge = await TestEdge.StartAsync(upstream);
        edge.Server = edge.Server with { Tls = true };

        Assert.Equal((ForwardOutcome.TlsFailed, false), await AskAsync(edge));
    }

    [Fact]
    public async Task R12_SilentApp_TimesOutAtTheLimit()
    {
        await using var upstream = new OddUpstream(async connection => await connection.ReadToEndAsync());
        await using var edge = await TestEdge.StartAsync(upstream);
        edge.Server = edge.Server with { HeaderTimeout = TimeSpan.FromMilliseconds(500) };
        var started = TimeProvider.System.GetTimestamp();

        Assert.Equal((ForwardOutcome.HeaderTimeout, false), await AskAsync(edge));
        Assert.InRange(TimeProvider.System.GetElapsedTime(started).TotalMilliseconds, 450, 2000);
    }

    [Fact]
    public async Task SlowVisitor_IsNotTheAppsTimeout()
    {
        await using var upstream = OddUpstream.Echo();
        await using var edge = await TestEdge.StartAsync(upstream);
        edge.Server = edge.Server with { HeaderTimeout = TimeSpan.FromMilliseconds(300) };
        await using var client = await RawConnection.OpenAsync(edge.Http1);
        await client.SendAsync("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\na");
        await Task.Delay(800);
        await client.SendAsync("b");

        Assert.StartsWith("HTTP/1.1 200", (await client.ReadResponseAsync()).Head, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SilenceInTheBody_EndsItOnlyWhereALimitIsSet()
    {
        await using var upstream = new OddUpstream(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx");
            await connection.ReadToEndAsync();
        });
        await using var edge = await TestEdge.StartAsync(upstream);
        edge.Server = edge.Server with { IdleTimeout = TimeSpan.FromMilliseconds(300) };

        Assert.Equal((ForwardOutcome.IdleTimeout, true), await AskAsync(edge));
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 O")]
    public async Task App_ThatHangsUpInsteadOfAnswering_Broke(string said)
    {
        await using var upstream = new OddUpstream(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.SendAsync(said);
        });
        await using var edge = await TestEdge.StartAsync(upstream);

        Assert.Equal((ForwardOutcome.UpstreamBroke, false), await AskAsync(edge));
        Assert.Equal(1, upstream.Connections);
    }

    [Fact]
    public async Task Visitor_WhoLeaves_EndsTheAppsWork()
    {
        var ended = new TaskCompletionSource();
        var asked = new TaskCompletionSource();
        await using var upstream = new OddUpstream(async connection =>
        {
            await connection.ReadHeadAsync();
            asked.SetResult();
            await connection.ReadToEndAsync();
            ended.SetResult();
        });
        await using var edge = await TestEdge.StartAsync(upstream);
        await using (var client = await RawConnection.OpenAsync(edge.Http1))
        {
            await client.SendAsync(Get);
            await asked.Task.Within();
            client.Reset();
        }

        await ended.Task.Within();
        Assert.Equal(ForwardOutcome.ClientAborted, (await edge.NextResultAsync()).Outcome);
    }

    [Fact]
    public async Task Http2Visitor_WhoCancels_EndsTheAppsWork()
    {
        var ended = new TaskCompletionSource();
        await using var upstream = new OddUpstream(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx");
            await connection.ReadToEndAsync();
            ended.SetResult();
        });
        await using var edge = await TestEdge.StartAsync(upstream);
        using var client = edge.NewHttp2Client();
        using (var request = new HttpRequestMessage(HttpMethod.Get, "/") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact })
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).Within();
        }

        await ended.Task.Within();
        var result = await edge.NextResultAsync();
        Assert.Equal((ForwardOutcome.ClientAborted, true), (result.Outcome, result.ResponseStarted));
    }

    [Fact]
    public async Task E14_Cut_InMidStream_ReachesBothSidesWithinASecond()
    {
        var ended = new TaskCompletionSource();
        await using var upstream = new OddUpstream(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.SendAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n");
            await connection.ReadToEndAsync();
            ended.SetResult();
        });
        await using var edge = await TestEdge.StartAsync(upstream);
        await using var client = await RawConnection.OpenAsync(edge.Http1);
        await client.SendAsync(Get);
        await client.ReadUntilAsync("x\r\n");

        var started = TimeProvider.System.GetTimestamp();
        await edge.Cut.CancelAsync();
        await client.ReadToEndAsync();
        await ended.Task.Within();

        Assert.InRange(TimeProvider.System.GetElapsedTime(started).TotalMilliseconds, 0, 1000);
        var result = await edge.NextResultAsync();
        Assert.Equal((ForwardOutcome.Cut, true), (result.Outcome, result.ResponseStarted));
    }

    [Fact]
    public async Task E14_Cut_WhileTheVisitorTakesNothing_StillEnds()
    {
        await using var upstream = new OddUpstream(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
            while (true)
            {
                await connection.Stream.WriteAsync(new byte[64 * 1024]);
            }
        });
        await using var edge = await TestEdge.StartAsync(upstream);
        await using var client = await RawConnection.OpenAsync(edge.Http1);
        await client.SendAsync(Get);
        await client.ReadHeadAsync();
        await Task.Delay(500);

        await edge.Cut.CancelAsync();

        Assert.Equal(ForwardOutcome.Cut, (await edge.NextResultAsync()).Outcome);
    }

    [Fact]
    public async Task Cut_BeforeTheAnswer_LeavesTheResponseToTheEdge()
    {
        var asked = new TaskCompletionSource();
        await using var upstream = new OddUpstream(async connection =>
        {
            await connection.ReadHeadAsync();
            asked.SetResult();
            await connection.ReadToEndAsync();
        });
        await using var edge = await TestEdge.StartAsync(upstream);
        var asking = AskAsync(edge);
        await asked.Task.Within();

        await edge.Cut.CancelAsync();

        Assert.Equal((ForwardOutcome.Cut, false), await asking);
    }

    [Fact]
    public async Task MalformedRequestBody_IsTheVisitorsFault()
    {
        await using var upstream = OddUpstream.Echo();
        await using var edge = await TestEdge.StartAsync(upstream);
        await using var client = await RawConnection.OpenAsync(edge.Http1);
        await client.SendAsync("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\nzz\r\n");

        Assert.Equal(ForwardOutcome.RequestBodyFailed, (await edge.NextResultAsync()).Outcome);
    }

    [Theory]
    [InlineData("HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 417")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 100 Continue\r\n\r\n")]
    public async Task ExpectContinue_IsAnsweredByTheApp(string answer, string seen)
    {
        await using var upstream = new OddUpstream(async connection =>
        {
            var head = await connection.ReadHeadAsync();
            Assert.Contains("\r\nExpect: 100-continue\r\n", head, StringComparison.Ordinal);
            await connection.SendAsync(answer);
            await connection.ReadBodyAsync(head!);
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        });
        await using var edge = await TestEdge.StartAsync(upstream);
        await using var client = await RawConnection.OpenAsync(edge.Http1);
        await client.SendAsync("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");

        Assert.StartsWith(seen, await client.ReadHeadAsync(), StringComparison.Ordinal);
        if (seen.Contains("100", StringComparison.Ordinal))
        {
            await client.SendAsync("hello");
            Assert.StartsWith("HTTP/1.1 200", await client.ReadHeadAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task EarlyAnswer_ReachesAVisitorWhoIsStillSending()
    {
        await using var upstream = new OddUpstream(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.SendAsync("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno");
            await connection.ReadToEndAsync();
        });
        await using var edge = await TestEdge.StartAsync(upstream);
        await using var client = await RawConnection.OpenAsync(edge.Http1);
        await client.SendAsync("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 50000000\r\n\r\nsome");

        var (head, body) = await client.ReadResponseAsync();

        Assert.StartsWith("HTTP/1.1 413", head, StringComparison.Ordinal);
        Assert.Equal("no", body);
        Assert.Equal(ForwardOutcome.Completed, (await edge.NextResultAsync()).Outcome);
    }

    [Fact]
    public async Task EarlyAnswer_LeavesTheVisitorsConnectionUsableOnceTheBodyIsOver()
    {
        await using var upstream = new OddUpstream(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.SendAsync("HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno");
        });
        await using var edge = await TestEdge.StartAsync(upstream);
        await using var client = await RawConnection.OpenAsync(edge.Http1);
        for (var i = 0; i < 3; i++)
        {
            await client.SendAsync("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n01234");
            Assert.Equal("no", (await client.ReadResponseAsync()).Body);
            await client.SendAsync("56789");
        }

        Assert.Equal(3, upstream.Connections);
    }

    [Fact]
    public async Task SentBody_OnAConnectionTheAppEnds_LeavesTheVisitorsInUse()
    {
        await using var upstream = new OddUpstream(async connection =>
        {
            var head = await connection.ReadHeadAsync();
            var body = await connection.ReadBodyAsync(head!);
            await connection.SendAsync($"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        });
        await using var edge = await TestEdge.StartAsync(upstream);
        await using var client = await RawConnection.OpenAsync(edge.Http1);
        for (var i = 0; i < 20; i++)
        {
            await client.SendAsync($"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{i:00}");
            Assert.Equal($"{i:00}", (await client.ReadResponseAsync()).Body);
        }
    }

    private static async Task<(ForwardOutcome Outcome, bool Started)> AskAsync(TestEdge edge)
    {
        await using var client = await RawConnection.OpenAsync(edge.Http1);
        await client.SendAsync(Get);
        var result = await edge.NextResultAsync();
        return (result.Outcome, result.ResponseStarted);
    }
}
