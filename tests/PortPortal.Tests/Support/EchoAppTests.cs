using System.Net.WebSockets;
using System.Text;

namespace PortPortal.Tests.Support;

/// <summary>Tests of the edge rest on this app, so it is held to its word first.</summary>
public sealed class EchoAppTests
{
    [Fact]
    public async Task Echo_OnOneConnectionTwice_ReturnsEachHeadByteForByte()
    {
        await using var app = await EchoApp.StartAsync();
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync("127.0.0.1", app.Port);
        await using var stream = client.GetStream();
        var buffer = new byte[4096];

        foreach (var path in new[] { "/echo?a=%2F..%2f", "/echo?b" })
        {
            var head = $"GET {path} HTTP/1.1\r\nhOsT: x\r\nX-Odd:  två \r\n\r\n";
            await stream.WriteAsync(Encoding.Latin1.GetBytes(head));
            var answer = "";
            for (var count = -1; count != 0 && !answer.EndsWith("0\r\n\r\n", StringComparison.Ordinal);)
            {
                count = await stream.ReadAsync(buffer).AsTask().WaitAsync(TimeSpan.FromSeconds(5));
                answer += Encoding.Latin1.GetString(buffer, 0, count);
            }

            Assert.Contains(head, answer, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Socket_Message_ComesBack()
    {
        await using var app = await EchoApp.StartAsync();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{app.Port}/ws"), deadline.Token);

        await socket.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, deadline.Token);
        var buffer = new byte[16];
        var received = await socket.ReceiveAsync(buffer, deadline.Token);

        Assert.Equal("hello", Encoding.UTF8.GetString(buffer, 0, received.Count));
    }

    [Fact]
    public async Task Dispose_WhileARequestHangs_ReturnsAtOnce()
    {
        var app = await EchoApp.StartAsync();
        using var client = new HttpClient();
        var hanging = client.GetAsync(new Uri(app.Url, "/hang"));
        await Eventually.TrueAsync(() => app.Requests.Count == 1, "the request arrives");

        await app.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(3));

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => hanging.WaitAsync(TimeSpan.FromSeconds(3)));
    }
}
