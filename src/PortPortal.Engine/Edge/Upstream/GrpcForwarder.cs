using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace PortPortal.Engine.Edge.Upstream;

/// <summary>The way of gRPC calls, which need HTTP/2 to the app as well: streams both ways at once, and trailers that carry the status.</summary>
/// <remarks>To a plain upstream it speaks HTTP/2 with prior knowledge, as gRPC servers without TLS do.</remarks>
internal sealed class GrpcForwarder(TimeProvider time) : IDisposable
{
    private readonly ConcurrentDictionary<UpstreamKey, GrpcClient> _clients = new();

    public static bool Handles(HttpRequest request) =>
        HttpProtocol.IsHttp2(request.Protocol) && request.Method is "POST"
        && request.ContentType is { } type && type.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase)
        && (type.Length == "application/grpc".Length || type["application/grpc".Length] is '+' or ';' or ' ');

    public async ValueTask<ForwardResult> SendAsync(HttpContext context, UpstreamServer server, ForwardedVisitor visitor, string target, IForwardMeter meter, CancellationToken cut)
    {
        using var clock = new CancellationTokenSource(server.HeaderTimeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cut, context.RequestAborted);
        await using var tearOff = cut.UnsafeRegister(static state => TearOff((HttpContext)state!), context);
        GrpcClient? client = null;
        try
        {
            // A call may be silent for longer than any minimum rate, in both directions.
            if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
            {
                rate.MinDataRate = null;
            }

            if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            {
                limit.MaxRequestBodySize = null;
            }

            using var message = new HttpRequestMessage(HttpMethod.Post, GrpcClient.UriOf(server, target))
            {
                Version = HttpVersion.Version20,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
                Content = new VisitorContent(context.Request, meter),
            };
            var sink = new MessageHeaders(message);
            RequestHeaderPolicy.Write(context.Request, server, visitor, ref sink);
            client = ClientFor(server);
            using var response = await client.SendAsync(message, stop.Token);
            clock.CancelAfter(Timeout.InfiniteTimeSpan);
            context.Response.StatusCode = (int)response.StatusCode;
            CopyHeaders(response, context, visitor);
            await using var body = await response.Content.ReadAsStreamAsync(stop.Token);
            await CopyBodyAsync(body, context, meter, stop.Token);
            foreach (var (name, values) in response.TrailingHeaders.NonValidated)
            {
                if (ResponseHeaderPolicy.PassesTrailer(name))
                {
                    context.Response.AppendTrailer(name, values.ToArray());
                }
            }

            return new(ForwardOutcome.Completed, ResponseStarted: true);
        }
        catch (Exception e) when (e is IOException or HttpRequestException or OperationCanceledException or ObjectDisposedException)
        {
            var outcome = cut.IsCancellationRequested ? ForwardOutcome.Cut : OutcomeOf(e, context, clock.IsCancellationRequested);
            var started = context.Response.HasStarted;
            TearOff(context);
            return new(outcome, started, e.Message);
        }
        finally
        {
            client?.Leave();
        }
    }

    /// <summary>Forgets the clients that nothing was asked of for <paramref name="longest"/>.</summary>
    public void Sweep(TimeSpan longest)
    {
        foreach (var (key, client) in _clients)
        {
            if (client.TryRetire(longest) && _clients.TryRemove(new(key, client)))
            {
                client.Dispose();
            }
        }
    }

    public void Evict(UpstreamKey key)
    {
        if (_clients.TryRemove(key, out var client))
        {
            client.Dispose();
        }
    }

    public void Dispose()
    {
        foreach (var key in _clients.Keys)
        {
            Evict(key);
        }
    }

    private static void TearOff(HttpContext context)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
        }
    }

    private static void CopyHeaders(HttpResponseMessage response, HttpContext context, ForwardedVisitor visitor)
    {
        foreach (var headers in new HttpHeaders[] { response.Headers, response.Content.Headers })
        {
            foreach (var (name, values) in headers.NonValidated)
            {
                foreach (var value in values)
                {
                    if (!HopByHop.IsFixed(name) && ResponseHeaderPolicy.Pass(name, value, visitor.HostName) is { } passed)
                    {
                        context.Response.Headers.Append(name, passed);
                    }
                }
            }
        }
    }

    private static async Task CopyBodyAsync(Stream body, HttpContext context, IForwardMeter meter, CancellationToken stop)
    {
        var writer = context.Response.BodyWriter;
        await writer.FlushAsync(stop);
        while (await body.ReadAsync(writer.GetMemory(4096), stop) is > 0 and var read)
        {
            writer.Advance(read);
            meter.Down(read);
            await writer.FlushAsync(stop);
        }
    }

    private static ForwardOutcome OutcomeOf(Exception e, HttpContext context, bool timedOut) => e switch
    {
        _ when context.RequestAborted.IsCancellationRequested || e is ConnectionAbortedException => ForwardOutcome.ClientAborted,
        { InnerException: UpstreamException { Outcome: var known } } => known,
        BadHttpRequestException or { InnerException: BadHttpRequestException } => ForwardOutcome.RequestBodyFailed,
        _ when timedOut => ForwardOutcome.HeaderTimeout,
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => ForwardOutcome.TlsFailed,
        HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.HttpProtocolError or HttpRequestError.ConfigurationLimitExceeded } => ForwardOutcome.UpstreamProtocolError,
        _ => ForwardOutcome.UpstreamBroke,
    };

    private GrpcClient ClientFor(UpstreamServer server)
    {
        while (true)
        {
            var client = _clients.GetOrAdd(server.Key, static (_, made) => new GrpcClient(made.server, made.time), (server, time));
            if (client.TryEnter(server))
            {
                return client;
            }

            // The same key at another address, or swept away in this moment.
            _clients.TryRemove(new(server.Key, client));
        }
    }
}
