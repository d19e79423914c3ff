using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using PortPortal.Tests.Support;

namespace PortPortal.Tests.Edge;

/// <summary>A WebSocket that leads nowhere is not opened at all: its client gets the status and the code that a plain request gets.</summary>
/// <remarks>paws opens it first and closes it with 4003, 4004 or 4502; a gate that judges before it opens has no socket to close.</remarks>
public sealed class DeadSocketTests : IAsyncLifetime
{
    private PortalApp _app = null!;

    public async Task InitializeAsync() => _app = await PortalApp.StartAsync();

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task P48_Socket_ToAPortThatIsNotExposed_OrASessionThatIsNotThere_IsNotFound()
    {
        var (_, url) = await ExposeAsync(FreePort.Next());

        await AssertRefusedAsync(new UriBuilder(url) { Host = $"80-{url.Host[(url.Host.IndexOf('-') + 1)..]}" }.Uri, HttpStatusCode.NotFound, "not_found");
        await AssertRefusedAsync(new UriBuilder(url) { Host = "3000-aaaaaaaaaaaa.localhost" }.Uri, HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task P48_Socket_ToASessionThatIsNotRunning_IsToldSo()
    {
        await using var app = await EchoApp.StartAsync();
        var (session, url) = await ExposeAsync(app.Port);

        await _app.Api.PauseAsync(session);
        await AssertRefusedAsync(url, HttpStatusCode.ServiceUnavailable, "session_paused");
        await _app.Api.TerminateAsync(session);
        await AssertRefusedAsync(url, HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task P48_Socket_ToAnAppThatIsDownOrBreaksOff_IsToldWhich()
    {
        using var broken = new TcpListener(IPAddress.Loopback, 0);
        broken.Start();
        var breaking = BreakAsync(broken);
        var (_, down) = await ExposeAsync(FreePort.Next());
        var (_, bad) = await ExposeAsync(((IPEndPoint)broken.LocalEndpoint).Port);

        await AssertRefusedAsync(down, HttpStatusCode.ServiceUnavailable, "not_listening");
        await AssertRefusedAsync(bad, HttpStatusCode.BadGateway, "upstream_failed");
        broken.Stop();
        await breaking;
    }

    private async Task<(string Session, Uri Url)> ExposeAsync(int port)
    {
        var session = (await _app.Api.RegisterSessionAsync(new { address = "127.0.0.1" })).GetProperty("id").GetString()!;
        return (session, new Uri((await _app.Api.ExposeAsync(session, port)).GetProperty("url").GetString()!));
    }

    private async Task AssertRefusedAsync(Uri url, HttpStatusCode status, string code)
    {
        using var client = _app.Http.NewClient();
        foreach (var isSocket in new[] { false, true })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(url, "/ws")) { Version = HttpVersion.Version11 };
            if (isSocket)
            {
                request.Headers.Connection.Add("Upgrade");
                request.Headers.Upgrade.Add(new("websocket"));
                request.Headers.Add("Sec-WebSocket-Version", "13");
                request.Headers.Add("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
                request.Headers.Add("Origin", url.GetLeftPart(UriPartial.Authority));
            }

            using var answer = await client.SendAsync(request);

            Assert.Equal(status, answer.StatusCode);
            Assert.Equal(code, JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("code").GetString());
        }
    }

    /// <summary>An app that takes every connection and hangs up.</summary>
    private static async Task BreakAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                using var visitor = await listener.AcceptSocketAsync();
            }
        }
        catch (SocketException)
        {
            // Stopped.
        }
    }
}
