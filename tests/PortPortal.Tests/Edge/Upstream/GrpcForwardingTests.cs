using System.Net;
using System.Net.Http.Headers;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using PortPortal.Engine.Edge.Upstream;

namespace PortPortal.Tests.Edge.Upstream;

/// <summary>gRPC in shape: HTTP/2 on both sides, streams that overlap, status in trailers.</summary>
public sealed class GrpcForwardingTests
{
    [Fact]
    public async Task Call_WithStreamsBothWays_AnswersBeforeItEndsAndCarriesItsTrailers()
    {
        await using var app = await StartAppAsync(async context =>
        {
            context.Response.ContentType = "application/grpc";
            context.Response.Headers["X-Seen"] = $"{context.Request.Protocol} {context.Request.Headers["X-Forwarded-For"]} {context.Request.Headers["Remote-User"]} {context.Request.Host} {context.Request.Headers.Cookie}";
            context.Response.DeclareTrailer("grpc-status");
            var buffer = new byte[100];
            while (await context.Request.Body.ReadAsync(buffer) is > 0 and var read)
            {
                await context.Response.Body.WriteAsync(buffer.AsMemory(0, read));
                await context.Response.Body.FlushAsync();
            }

            context.Response.AppendTrailer("grpc-status", "7");
        });
        await using var edge = await TestEdge.StartAsync(IPEndPoint.Parse(new Uri(app.Urls.First()).Authority));
        using var client = edge.NewHttp2Client();
        using var content = new PipedContent();
        using var request = NewCall(content);
        request.Headers.TryAddWithoutValidation("Remote-User", "root");
        request.Headers.TryAddWithoutValidation("Cookie", "a=1; __Host-pp_gate=s");
        request.Headers.TryAddWithoutValidation("TE", "trailers");
        content.Send([1]);

        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).Within();
        await using var stream = await response.Content.ReadAsStreamAsync().Within();
        var answer = new byte[100];
        for (byte i = 1; i <= 3; i++)
        {
            Assert.Equal(1, await stream.ReadAsync(answer).Within());
            Assert.Equal(i, answer[0]);
            content.Send([(byte)(i + 1)]);
        }

        content.Complete();
        Assert.Equal(1, await stream.ReadAsync(answer).Within());
        Assert.Equal(0, await stream.ReadAsync(answer).Within());
        Assert.Equal(["7"], response.TrailingHeaders.GetValues("grpc-status"));
        Assert.Equal([$"HTTP/2 203.0.113.7  {TestEdge.Host} a=1"], response.Headers.GetValues("X-Seen"));
        Assert.Equal(ForwardOutcome.Completed, (await edge.NextResultAsync()).Outcome);
        Assert.Equal((4, 4), (edge.Meter.Ups, edge.Meter.Downs));
    }

    [Fact]
    public async Task Call_IsCutInMidStream()
    {
        await using var app = await StartAppAsync(async context =>
        {
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        await using var edge = await TestEdge.StartAsync(IPEndPoint.Parse(new Uri(app.Urls.First()).Authority));
        using var client = edge.NewHttp2Client();
        using var content = new PipedContent();
        using var request = NewCall(content);
        content.Send([1]);
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).Within();

        await edge.Cut.CancelAsync();

        var result = await edge.NextResultAsync();
        Assert.Equal((ForwardOutcome.Cut, true), (result.Outcome, result.ResponseStarted));
        await Assert.ThrowsAnyAsync<Exception>(() => response.Content.ReadAsByteArrayAsync().Within());
    }

    [Fact]
    public async Task Call_ToNothing_SaysSo()
    {
        await using var app = await StartAppAsync(_ => Task.CompletedTask);
        var endPoint = IPEndPoint.Parse(new Uri(app.Urls.First()).Authority);
        await app.StopAsync().Within();
        await using var edge = await TestEdge.StartAsync(endPoint);
        using var client = edge.NewHttp2Client();
        using var content = new PipedContent();
        using var request = NewCall(content);

        using var response = await client.SendAsync(request).Within();

        Assert.Equal(["NotListening"], response.Headers.GetValues("X-Outcome"));
    }

    private static HttpRequestMessage NewCall(HttpContent content) => new(HttpMethod.Post, "/package.Service/Method")
    {
        Version = HttpVersion.Version20,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        Content = content,
    };

    private static async Task<WebApplication> StartAppAsync(RequestDelegate handle)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        var app = builder.Build();
        app.Run(handle);
        await app.StartAsync().Within();
        return app;
    }

    /// <summary>A request body that is written while the call is under way.</summary>
    private sealed class PipedContent : HttpContent
    {
        private readonly Channel<byte[]> _messages = Channel.CreateUnbounded<byte[]>();

        public PipedContent() => Headers.ContentType = new MediaTypeHeaderValue("application/grpc");

        public void Send(byte[] message) => _messages.Writer.TryWrite(message);

        public void Complete() => _messages.Writer.Complete();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.FlushAsync();
            await foreach (var message in _messages.Reader.ReadAllAsync())
            {
                await stream.WriteAsync(message);
                await stream.FlushAsync();
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
