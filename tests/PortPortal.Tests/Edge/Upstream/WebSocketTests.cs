using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using PortPortal.Engine.Edge.Upstream;

namespace PortPortal.Tests.Edge.Upstream;

/// <summary>WebSockets over both front protocols, and everything that is not one.</summary>
public sealed class WebSocketTests
{
    private const string Ask = "GET /ws%2f?x HTTP/1.1\r\nHost: h\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

    private const string Accepted = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: chat\r\n\r\n";

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task S26_WebSocket_OverEitherHttpVersion_CarriesMessagesBothWays(int version)
    {
        await using var upstream = WebSocketEcho();
        await using var edge = await TestEdge.StartAsync(upstream);
        using var socket = new ClientWebSocket();
        socket.Options.HttpVersion = new Version(version, version == 1 ? 1 : 0);
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        socket.Options.Proxy = null;
        socket.Options.AddSubProtocol("chat");
        using var invoker = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false });
        await socket.ConnectAsync(new Uri($"ws://{(version == 1 ? edge.Http1 : edge.Http2)}/ws"), invoker, CancellationToken.None).Within();

        var sent = RandomNumberGenerator.GetBytes(300_000);
        await socket.SendAsync(sent, WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None).Within();
        var received = new byte[sent.Length];
        for (var count = 0; count < received.Length;)
        {
            count += (await socket.ReceiveAsync(received.AsMemory(count), CancellationToken.None).Within()).Count;
        }

        Assert.Equal(SHA256.HashData(sent), SHA256.HashData(received));
        Assert.Equal("chat", socket.SubProtocol);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", CancellationToken.None).Within();
        Assert.Equal(ForwardOutcome.Upgraded, (await edge.NextResultAsync()).Outcome);
        Assert.InRange(edge.Meter.Downs, sent.Length, sent.Length + 1000);
    }

    [Fact]
    public async Task Handshake_PassesAsItIs()
    {
        var seen = new TaskCompletionSource<string>();
        await using var upstream = new OddUpstream(async connection =>
        {
            seen.SetResult((await connection.ReadHeadAsync())!);
            await connection.SendAsync(Accepted + "early");
            await connection.Stream.CopyToAsync(connection.Stream);
        });
        await using var edge = await TestEdge.StartAsync(upstream);
        await using var client = await RawConnection.OpenAsync(edge.Http1);
        await client.SendAsync(Ask);

        var head = await client.ReadHeadAsync();
        Assert.StartsWith("HTTP/1.1 101 ", head, StringComparison.Ordinal);
        Assert.Contains("\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n", head, StringComparison.Ordinal);
        Assert.Equal("early", await client.ReadExactlyAsync(5));
        await client.SendAsync("ping");
        Assert.Equal("ping", await client.ReadExactlyAsync(4));
        var asked = await seen.Task.Within();
        Assert.StartsWith("GET /ws%2f?x HTTP/1.1\r\n", asked, StringComparison.Ordinal);
        Assert.Contains("\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n", asked, StringComparison.Ordinal);
        Assert.Contains("\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", asked, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Sec-WebSocket-Accept: wrong\r\n")]
    [InlineData("")]
    public async Task D10_Acceptance_OfSomethingElse_IsAProtocolError(string accept)
    {
        await using var upstream = OddUpstream.Saying($"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n{accept}\r\n");
        await using var edge = await TestEdge.StartAsync(upstream);
        await using var client = await RawConnection.OpenAsync(edge.Http1);
        await client.SendAsync(Ask);

        Assert.Contains("X-Outcome: UpstreamProtocolError", await client.ReadHeadAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.1 426 Upgrade Required\r\nContent-Length: 2\r\n\r\nno")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno")]
    public async Task D10_Refusal_IsAnAnswerAndNoTunnel(string response)
    {
        await using var upstream = OddUpstream.Saying(response);
        await using var edge = await TestEdge.StartAsync(upstream);
        await using var client = await RawConnection.OpenAsync(edge.Http1);
        await client.SendAsync(Ask + "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n");

        Assert.Equal("no", (await client.ReadResponseAsync()).Body);
        Assert.Equal(ForwardOutcome.Completed, (await edge.NextResultAsync()).Outcome);
    }

    [Fact]
    public async Task D10_PageOverHttp2_IsNotTakenForAnAcceptance()
    {
        await using var upstream = OddUpstream.Saying("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno");
        await using var edge = await TestEdge.StartAsync(upstream);
        using var socket = new ClientWebSocket();
        socket.Options.HttpVersion = HttpVersion.Version20;
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        using var invoker = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false });

        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(new Uri($"ws://{edge.Http2}/"), invoker, CancellationToken.None).Within());

        Assert.Equal(ForwardOutcome.UpstreamProtocolError, (await edge.NextResultAsync()).Outcome);
    }

    [Theory]
    [InlineData("h2c")]
    [InlineData("TLS/1.0")]
    public async Task D10_UpgradeToAnythingElse_IsNeverAskedFor(string protocol)
    {
        await using var upstream = OddUpstream.Echo();
        await using var edge = await TestEdge.StartAsync(upstream);
        await using var client = await RawConnection.OpenAsync(edge.Http1);
        await client.SendAsync($"GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: {protocol}\r\n\r\n");

        Assert.DoesNotContain("Upgrade", (await client.ReadResponseAsync()).Body, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task E14_Cut_EndsATunnelWithinASecond()
    {
        var ended = new TaskCompletionSource();
        await using var upstream = new OddUpstream(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.SendAsync(Accepted);
            await connection.ReadToEndAsync();
            ended.SetResult();
        });
        await using var edge = await TestEdge.StartAsync(upstream);
        await using var client = await RawConnection.OpenAsync(edge.Http1);
        await client.SendAsync(Ask);
        await client.ReadHeadAsync();

        var started = TimeProvider.System.GetTimestamp();
        await edge.Cut.CancelAsync();
        await client.ReadToEndAsync();
        await ended.Task.Within();

        Assert.InRange(TimeProvider.System.GetElapsedTime(started).TotalMilliseconds, 0, 1000);
        Assert.Equal(ForwardOutcome.Cut, (await edge.NextResultAsync()).Outcome);
    }

    [Fact]
    public async Task AppThatLeaves_EndsTheTunnelAfterItsLastByte()
    {
        await using var upstream = new OddUpstream(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.SendAsync(Accepted + new string('x', 200_000));
        });
        await using var edge = await TestEdge.StartAsync(upstream);
        await using var client = await RawConnection.OpenAsync(edge.Http1);
        await client.SendAsync(Ask);
        await client.ReadHeadAsync();

        Assert.Equal(200_000, (await client.ReadToEndAsync()).Length);
        Assert.False(client.WasReset);
        Assert.Equal(ForwardOutcome.Upgraded, (await edge.NextResultAsync()).Outcome);
    }

    [Fact]
    public async Task VisitorWhoLeaves_EndsTheTunnelForTheApp()
    {
        var ended = new TaskCompletionSource<string>();
        await using var upstream = new OddUpstream(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.SendAsync(Accepted);
            ended.SetResult(await connection.ReadUntilAsync("last") + await connection.ReadToEndAsync());
        });
        await using var edge = await TestEdge.StartAsync(upstream);
        await using var client = await RawConnection.OpenAsync(edge.Http1);
        await client.SendAsync(Ask);
        await client.ReadHeadAsync();

        await client.SendAsync("first, last");
        await Task.Delay(100);
        client.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);

        Assert.Equal("first, last", await ended.Task.Within());
    }

    [Fact]
    public async Task VisitorWhoOnlyFinishesSending_StillHearsTheRest()
    {
        await using var app = new OddUpstream(async connection =>
        {
            var heard = await connection.ReadToEndAsync();
            await connection.SendAsync($"heard {heard}");
        });
        var told = new TaskCompletionSource<string>();
        await using var visitor = new OddUpstream(async connection =>
        {
            await connection.SendAsync("all");
            connection.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
            told.SetResult(await connection.ReadToEndAsync());
        });
        await using var visitorSide = await RawConnection.OpenAsync(visitor.EndPoint);
        await using var appSide = await RawConnection.OpenAsync(app.EndPoint);
        using var connection = new UpstreamConnection(appSide.Socket, appSide.Stream, TimeProvider.System);

        await Tunnel.RunAsync(visitorSide.Stream, connection, new UpstreamServer { Key = new("e", 1), EndPoint = app.EndPoint }, NoMeter.Instance, TimeProvider.System).Within();
        await visitorSide.DisposeAsync();

        Assert.Equal("heard all", await told.Task.Within());
    }

    [Fact]
    public async Task D17_AppThatReadsNothing_HoldsTheVisitorBack()
    {
        await using var upstream = new OddUpstream(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.SendAsync(Accepted);
            await Task.Delay(TimeSpan.FromSeconds(5));
        });
        await using var edge = await TestEdge.StartAsync(upstream);
        await using var client = await RawConnection.OpenAsync(edge.Http1);
        await client.SendAsync(Ask);
        await client.ReadHeadAsync();

        long sent = 0;
        var sending = Task.Run(async () =>
        {
            while (true)
            {
                await client.Stream.WriteAsync(new byte[64 * 1024]);
                Interlocked.Add(ref sent, 64 * 1024);
            }
        });
        long before = -1;
        while (Interlocked.Read(ref sent) is var now && now != before)
        {
            before = now;
            await Task.Delay(300);
        }

        Assert.InRange(before, 64 * 1024, 20_000_000);
        client.Reset();
        await Assert.ThrowsAnyAsync<Exception>(() => sending.Within());
    }

    private static OddUpstream WebSocketEcho() => new(async connection =>
    {
        var head = await connection.ReadHeadAsync();
        var key = head!.Split("\r\n").Single(line => line.StartsWith("Sec-WebSocket-Key: ", StringComparison.OrdinalIgnoreCase))[19..];
#pragma warning disable CA5350 // RFC 6455 asks for SHA-1.
        var accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
        await connection.SendAsync($"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\nSec-WebSocket-Protocol: chat\r\n\r\n");
        using var socket = WebSocket.CreateFromStream(connection.Stream, new WebSocketCreationOptions { IsServer = true, SubProtocol = "chat" });
        var buffer = new byte[100_000];
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer, CancellationToken.None);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "bye", CancellationToken.None);
                return;
            }

            await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, CancellationToken.None);
        }
    });
}
