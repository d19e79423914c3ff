using System.Net;
using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PortPortal.Engine.Edge.Upstream;

namespace PortPortal.Tests.Edge.Upstream;

/// <summary>A real listener on loopback, HTTP/1.1 on one port and HTTP/2 on another, with nothing behind it but the forwarder.</summary>
internal sealed class TestEdge : IAsyncDisposable
{
    public const string Host = "3000-abc.edge.test:8443";

    /// <summary>What the edge answers with where the forwarder left the response to it.</summary>
    public const int PageStatus = 599;

    private readonly WebApplication _app;
    private readonly Channel<ForwardResult> _results = Channel.CreateUnbounded<ForwardResult>();

    private TestEdge(WebApplication app) => _app = app;

    public UpstreamForwarder Forwarder { get; } = new(TimeProvider.System);

    public required UpstreamServer Server { get; set; }

    public ForwardedVisitor Visitor { get; set; } = new(Host, IPAddress.Parse("203.0.113.7"));

    public CountingMeter Meter { get; } = new();

    public CancellationTokenSource Cut { get; } = new();

    public IPEndPoint Http1 => EndPointAt(0);

    public IPEndPoint Http2 => EndPointAt(1);

    public static Task<TestEdge> StartAsync(OddUpstream upstream) => StartAsync(upstream.EndPoint);

    public static async Task<TestEdge> StartAsync(IPEndPoint upstream)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.RequestHeaderEncodingSelector = static _ => Encoding.Latin1;
            kestrel.ResponseHeaderEncodingSelector = static _ => Encoding.Latin1;
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        var edge = new TestEdge(builder.Build()) { Server = new UpstreamServer { Key = new("e1", 1), EndPoint = upstream } };
        edge._app.Run(edge.HandleAsync);
        await edge._app.StartAsync().Within();
        return edge;
    }

    public async Task<ForwardResult> NextResultAsync() => await _results.Reader.ReadAsync().AsTask().Within();

    public HttpClient NewHttp2Client() => new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false })
    {
        BaseAddress = new Uri($"http://{Http2}"),
        DefaultRequestVersion = HttpVersion.Version20,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    public async ValueTask DisposeAsync()
    {
        await Cut.CancelAsync();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(3));
        await _app.StopAsync(deadline.Token);
        await _app.DisposeAsync();
        Forwarder.Dispose();
        Cut.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        var result = await Forwarder.SendAsync(context, Server, Visitor, Meter, Cut.Token);
        if (!result.Succeeded && !result.ResponseStarted)
        {
            context.Response.StatusCode = PageStatus;
            context.Response.Headers["X-Outcome"] = result.Outcome.ToString();
        }

        _results.Writer.TryWrite(result);
    }

    private IPEndPoint EndPointAt(int index)
    {
        var addresses = _app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses;
        return IPEndPoint.Parse(new Uri(addresses.ElementAt(index)).Authority);
    }
}

internal sealed class CountingMeter : IForwardMeter
{
    private long _up;
    private long _down;

    public long Ups => Interlocked.Read(ref _up);

    public long Downs => Interlocked.Read(ref _down);

    public void Up(long bytes) => Interlocked.Add(ref _up, bytes);

    public void Down(long bytes) => Interlocked.Add(ref _down, bytes);
}

internal static class Deadline
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    public static Task<T> Within<T>(this Task<T> task) => task.WaitAsync(Limit);

    public static Task Within(this Task task) => task.WaitAsync(Limit);

    public static Task<T> Within<T>(this ValueTask<T> task) => task.AsTask().WaitAsync(Limit);

    public static Task Within(this ValueTask task) => task.AsTask().WaitAsync(Limit);
}
