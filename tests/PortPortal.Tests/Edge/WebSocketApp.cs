using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using PortPortal.Tests.Edge.Upstream;

namespace PortPortal.Tests.Edge;

/// <summary>A real web app: <c>/ws</c> echoes over a WebSocket, <c>/events</c> sends an event a second, the rest says hello.</summary>
internal sealed class WebSocketApp : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _handshakes;

    private WebSocketApp(WebApplication app) => _app = app;

    public int Handshakes => Volatile.Read(ref _handshakes);

    public IPEndPoint EndPoint => IPEndPoint.Parse(new Uri(_app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First()).Authority);

    public static async Task<WebSocketApp> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = new WebSocketApp(builder.Build());
        app._app.UseWebSockets();
        app._app.Run(app.ServeAsync);
        await app._app.StartAsync().Within();
        return app;
    }

    public async ValueTask DisposeAsync()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _app.StopAsync(deadline.Token);
        await _app.DisposeAsync();
    }

    private async Task ServeAsync(HttpContext context)
    {
        switch (context.Request.Path.Value)
        {
            case "/ws" when context.WebSockets.IsWebSocketRequest:
                Interlocked.Increment(ref _handshakes);
                await EchoAsync(context);
                break;
            case "/events":
                context.Response.ContentType = "text/event-stream";
                while (!context.RequestAborted.IsCancellationRequested)
                {
                    await context.Response.WriteAsync("data: tick\n\n", context.RequestAborted);
                    await context.Response.Body.FlushAsync(context.RequestAborted);
                    await Task.Delay(100, context.RequestAborted);
                }

                break;
            default:
                await context.Response.WriteAsync("hello");
                break;
        }
    }

    private static async Task EchoAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[4096];
        try
        {
            while (await socket.ReceiveAsync(buffer, context.RequestAborted) is { MessageType: not WebSocketMessageType.Close } got)
            {
                await socket.SendAsync(buffer.AsMemory(0, got.Count), got.MessageType, got.EndOfMessage, context.RequestAborted);
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            // The edge cut it, which is what many tests want to see.
        }
    }
}
