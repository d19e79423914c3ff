using PortPortal.Engine.Edge.Upstream;

namespace PortPortal.Tests.Edge.Upstream;

/// <summary>When a connection to an app serves again, and above all when it does not.</summary>
public sealed class UpstreamPoolTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    [Theory]
    [InlineData(Ok)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 500 No\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nok")]
    public async Task CleanConnection_ServesAgain(string response)
    {
        await using var upstream = OddUpstream.Saying(response);
        await using var edge = await TestEdge.StartAsync(upstream);

        Assert.Equal(["ok", "ok", "ok"], [await AskAsync(edge), await AskAsync(edge), await AskAsync(edge)]);
        Assert.Equal(1, upstream.Connections);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nstolen")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nstolen")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n2\r\nok\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nok")]
    public async Task D8_Connection_ThatSurprised_NeverServesAgain(string response)
    {
        await using var upstream = OddUpstream.Saying(response);
        await using var edge = await TestEdge.StartAsync(upstream);

        Assert.Equal(["ok", "ok"], [await AskAsync(edge), await AskAsync(edge)]);
        Assert.Equal(2, upstream.Connections);
    }

    [Fact]
    public async Task D8_LateBytes_AreThrownAwayWithTheirConnection()
    {
        await using var upstream = new OddUpstream(async connection =>
        {
            while (await connection.ReadHeadAsync() is not null)
            {
                await connection.SendAsync(Ok);
                await Task.Delay(100);
                await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nstolen");
            }
        });
        await using var edge = await TestEdge.StartAsync(upstream);

        Assert.Equal("ok", await AskAsync(edge));
        await Task.Delay(300);
        Assert.Equal("ok", await AskAsync(edge));
        Assert.Equal(2, upstream.Connections);
    }

    [Fact]
    public async Task D7_Connection_WithABodyHalfSent_NeverServesAgain()
    {
        await using var upstream = new OddUpstream(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.SendAsync(Ok);
            await connection.ReadToEndAsync();
        });
        await using var edge = await TestEdge.StartAsync(upstream);
        await using (var client = await RawConnection.OpenAsync(edge.Http1))
        {
            await client.SendAsync("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nGET /smuggled HTTP/1.1\r\n");
            await client.ReadResponseAsync();
            await edge.NextResultAsync();
        }

        Assert.Equal("ok", await AskAsync(edge));
        Assert.Equal(2, upstream.Connections);
    }

    [Theory]
    [InlineData("GET", "", true)]
    [InlineData("DELETE", "", true)]
    [InlineData("POST", "", false)]
    [InlineData("PUT", "hello", false)]
    public async Task StaleConnection_IsReplacedOnceForWhatMayBeRepeated(string method, string body, bool repeats)
    {
        var asked = 0;
        await using var upstream = new OddUpstream(async connection =>
        {
            // The first connection takes a second request and hangs up on it: the race of every keep-alive.
            await connection.ReadHeadAsync();
            await connection.SendAsync(Ok);
            if (await connection.ReadHeadAsync() is not null)
            {
                Interlocked.Increment(ref asked);
            }
        });
        await using var edge = await TestEdge.StartAsync(upstream);
        Assert.Equal("ok", await AskAsync(edge));
        await using var client = await RawConnection.OpenAsync(edge.Http1);

        await client.SendAsync($"{method} / HTTP/1.1\r\nHost: h\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        var head = await client.ReadHeadAsync();

        Assert.StartsWith(repeats ? "HTTP/1.1 200" : $"HTTP/1.1 {TestEdge.PageStatus}", head, StringComparison.Ordinal);
        Assert.Equal(repeats ? 2 : 1, upstream.Connections);
        Assert.Equal(1, asked);
    }

    [Fact]
    public async Task ConnectionTheAppClosed_IsNotUsedEvenForAPost()
    {
        await using var upstream = new OddUpstream(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.SendAsync(Ok);
        });
        await using var edge = await TestEdge.StartAsync(upstream);
        Assert.Equal("ok", await AskAsync(edge));
        await Task.Delay(200);
        await using var client = await RawConnection.OpenAsync(edge.Http1);

        await client.SendAsync("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n");

        Assert.Equal("ok", (await client.ReadResponseAsync()).Body);
    }

    [Fact]
    public async Task OtherGeneration_AndOtherExposure_GetTheirOwnConnections()
    {
        await using var upstream = OddUpstream.Saying(Ok);
        await using var edge = await TestEdge.StartAsync(upstream);
        var server = edge.Server;
        foreach (var key in new UpstreamKey[] { new("e1", 1), new("e1", 2), new("e2", 1), new("e1", 1) })
        {
            edge.Server = server with { Key = key };
            Assert.Equal("ok", await AskAsync(edge));
        }

        Assert.Equal(3, upstream.Connections);
    }

    [Fact]
    public async Task SameKeyAtAnotherAddress_GoesThere()
    {
        await using var first = OddUpstream.Saying(Ok);
        await using var second = OddUpstream.Saying(Ok);
        await using var edge = await TestEdge.StartAsync(first);
        await AskAsync(edge);

        edge.Server = edge.Server with { EndPoint = second.EndPoint };
        await AskAsync(edge);

        Assert.Equal((1, 1), (first.Requests, second.Requests));
    }

    [Fact]
    public async Task Evict_ClosesWhatIsIdleAndWhatComesBack()
    {
        var ended = new TaskCompletionSource();
        await using var upstream = new OddUpstream(async connection =>
        {
            while (await connection.ReadHeadAsync() is not null)
            {
                await connection.SendAsync(Ok);
            }

            ended.TrySetResult();
        });
        await using var edge = await TestEdge.StartAsync(upstream);
        await AskAsync(edge);

        edge.Forwarder.Evict(edge.Server.Key);

        await ended.Task.Within();
        Assert.Equal("ok", await AskAsync(edge));
        Assert.Equal(2, upstream.Connections);
    }

    private static async Task<string> AskAsync(TestEdge edge)
    {
        await using var client = await RawConnection.OpenAsync(edge.Http1);
        await client.SendAsync("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
        var body = (await client.ReadResponseAsync()).Body;
        await edge.NextResultAsync();
        return body;
    }
}
