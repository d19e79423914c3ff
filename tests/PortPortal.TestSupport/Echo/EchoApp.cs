using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace PortPortal.TestSupport;

/// <summary>A real web app to put behind the edge: pages, WebSocket, server-sent events, and every way of misbehaving.</summary>
/// <remarks>
/// <c>/</c> a page that uses <c>/ws</c> and <c>/events</c> · <c>/echo</c> the request head byte for byte, then the body ·
/// <c>/ws</c> echoes · <c>/events</c> ticks every 100 ms · <c>/slow?ms=</c> answers late · <c>/hang</c> never answers ·
/// <c>/drop</c> breaks off in the middle · <c>/status/{code}</c> · <c>/bytes/{count}</c> · <c>/upload</c> counts what it gets ·
/// <c>/basic</c> asks for a password of its own · <c>/cookies</c> sets two cookies · <c>/redirect?to=</c> · <c>/users</c> JSON.
/// </remarks>
public sealed class EchoApp : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<string> _requests = new();

    private EchoApp(WebApplication app) => _app = app;

    public int Port { get; private set; }

    public Uri Url => new($"http://127.0.0.1:{Port}/");

    /// <summary>What has reached the app, as <c>GET /path?query</c>, in order.</summary>
    public IReadOnlyCollection<string> Requests => _requests;

    /// <param name="address">Loopback unless given.</param>
    /// <param name="port">A free one unless given.</param>
    /// <param name="protocols">HTTP/2 means without TLS, as gRPC servers speak it.</param>
    public static async Task<EchoApp> StartAsync(IPAddress? address = null, int port = 0, HttpProtocols protocols = HttpProtocols.Http1)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Services.AddRoutingCore();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.RequestHeaderEncodingSelector = _ => Encoding.Latin1;
            kestrel.ResponseHeaderEncodingSelector = _ => Encoding.Latin1;
            kestrel.Listen(address ?? IPAddress.Loopback, port, listen =>
            {
                listen.Protocols = protocols;
                listen.Use(RecordedHead.Record);
            });
        });
        var echo = new EchoApp(builder.Build());
        echo._app.Use(async (context, next) =>
        {
            echo._requests.Enqueue($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}");
            await next(context);
            context.Features.Get<RecordedHead>()?.Clear();
        });
        echo._app.UseWebSockets();
        echo._app.UseRouting();
        EchoEndpoints.Map(echo._app);
        await echo._app.StartAsync();
        var bound = echo._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        echo.Port = new Uri(bound).Port;
        return echo;
    }

    /// <summary>Closes the port and every connection, now.</summary>
    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }
}
