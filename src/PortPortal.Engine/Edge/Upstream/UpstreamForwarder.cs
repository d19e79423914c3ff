using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace PortPortal.Engine.Edge.Upstream;

/// <summary>Carries one visitor's request to the app in a session and the app's answer back.</summary>
/// <remarks>
/// <code>
/// visitor ──1 judge──► 2 headers ──► 3 send (body streams along) ──► app
///         ◄─────────── 5 body, trailers or tunnel ◄── 4 headers ◄──
/// </code>
/// It writes no page of its own: a failure before the response started leaves the response untouched, one after it tears the connection off.
/// The listener must read and write header values as Latin-1.
/// </remarks>
internal sealed class UpstreamForwarder(TimeProvider time) : IDisposable
{
    private readonly ConcurrentDictionary<UpstreamKey, HandlerClient> _clients = new();

    public async ValueTask<ForwardResult> SendAsync(HttpContext context, UpstreamServer server, ForwardedVisitor visitor, IForwardMeter meter, CancellationToken cut)
    {
        // 1. Judge: what cannot be forwarded unchanged is not forwarded.
        var isWebSocket = WebSocketHandshake.IsRequested(context);
        if (RequestTarget.Of(context) is not { } target || context.Request.Method is "TRACE" || (context.Request.Method is "CONNECT" && !isWebSocket))
        {
            return new(ForwardOutcome.RequestRefused, ResponseStarted: false, "The target or the method cannot be forwarded.");
        }

        if (RequestHeaderPolicy.IsLooping(context.Request))
        {
            return new(ForwardOutcome.LoopDetected, ResponseStarted: false, "The request has been here before.");
        }

        using var clock = new CancellationTokenSource(server.HeaderTimeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cut, context.RequestAborted);
        using var tearOff = cut.UnsafeRegister(
            static state =>
            {
                if (((HttpContext)state!).Response.HasStarted)
                {
                    ((HttpContext)state).Abort();
                }
            },
            context);
        try
        {
            // 2. Headers.
            using var message = NewMessage(context, server, target, isWebSocket);
            if (!isWebSocket && context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody is true)
            {
                UnlimitBody(context);
                message.Content = new VisitorContent(context.Request, meter, () => Rewind(clock, context.Response.HasStarted ? server.IdleTimeout : server.HeaderTimeout));
                message.Headers.ExpectContinue = context.Request.Headers.Expect.Count > 0;
            }

            var sink = new MessageHeaders(message);
            RequestHeaderPolicy.Write(context.Request, server, visitor, ref sink);
            var key = isWebSocket ? WebSocketHandshake.KeyOf(context.Request) : null;
            if (key is not null)
            {
                AskForWebSocket(message, key);
            }

            // 3. Send.
            using var response = await ClientFor(server).SendAsync(message, stop.Token);
            Rewind(clock, server.IdleTimeout);

            // 4. Response headers.
            if (response.StatusCode == HttpStatusCode.SwitchingProtocols)
            {
                if (key is null || !WebSocketHandshake.IsAccepted(key, response.Headers.TryGetValues("Sec-WebSocket-Accept", out var accept) ? accept.FirstOrDefault() : null))
                {
                    return new(ForwardOutcome.UpstreamProtocolError, ResponseStarted: false, "The app switched protocols without being asked, or to something else.");
                }

                CopyHeaders(response, context, visitor);
                await using var app = await response.Content.ReadAsStreamAsync(stop.Token);
                await using var client = await OpenVisitorSideAsync(context);
                await Tunnel.RunAsync(client, app, meter, static () => { }, () => Rewind(clock, server.IdleTimeout), time, stop.Token);
                return cut.IsCancellationRequested ? Fail(ForwardOutcome.Cut, context, "Cut in mid-tunnel.") : new(ForwardOutcome.Upgraded, ResponseStarted: true);
            }

            if ((int)response.StatusCode is < 200 or > 999)
            {
                return new(ForwardOutcome.UpstreamProtocolError, ResponseStarted: false, "The app sent an interim response where a final one belongs.");
            }

            context.Response.StatusCode = (int)response.StatusCode;
            CopyHeaders(response, context, visitor);

            // 5. Body and trailers.
            await using var body = await response.Content.ReadAsStreamAsync(stop.Token);
            await CopyBodyAsync(body, context, server, meter, clock, stop.Token);
            CopyTrailers(response, context);
            return new(ForwardOutcome.Completed, ResponseStarted: true);
        }
        catch (Exception e) when (e is IOException or HttpRequestException or OperationCanceledException or ObjectDisposedException or InvalidOperationException or BadHttpRequestException)
        {
            return Fail(OutcomeOf(e, context, clock.IsCancellationRequested, cut), context, e.Message);
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

    private static HttpRequestMessage NewMessage(HttpContext context, UpstreamServer server, string target, bool isWebSocket) => new()
    {
        Method = isWebSocket ? HttpMethod.Get : new HttpMethod(context.Request.Method),
        RequestUri = new Uri($"{(server.Tls ? "https" : "http")}://{server.EndPoint}{target}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }),
        Version = HttpVersion.Version11,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    private static void AskForWebSocket(HttpRequestMessage message, string key)
    {
        message.Headers.Remove("Sec-WebSocket-Key");
        message.Headers.TryAddWithoutValidation("Sec-WebSocket-Key", key);
        message.Headers.TryAddWithoutValidation("Connection", "Upgrade");
        message.Headers.TryAddWithoutValidation("Upgrade", "websocket");
    }

    private static async ValueTask<Stream> OpenVisitorSideAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } connect)
        {
            context.Response.Headers.Remove("Sec-WebSocket-Accept");
            context.Response.StatusCode = StatusCodes.Status200OK;
            return await connect.AcceptAsync();
        }

        context.Response.Headers.Upgrade = "websocket";
        context.Response.Headers.Connection = "Upgrade";
        return await context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
    }

    private static void CopyHeaders(HttpResponseMessage response, HttpContext context, ForwardedVisitor visitor)
    {
        var hop = new HopByHop(response.Headers.NonValidated.TryGetValues("Connection", out var named) ? named.ToArray() : default);
        var host = HostString.FromUriComponent(visitor.Host).Host;
        foreach (var headers in new HttpHeaders[] { response.Headers, response.Content.Headers })
        {
            foreach (var (name, values) in headers.NonValidated)
            {
                if (hop.Contains(name))
                {
                    continue;
                }

                foreach (var value in values)
                {
                    if (ResponseHeaderPolicy.Pass(name, value, host) is { } passed)
                    {
                        context.Response.Headers.Append(name, passed);
                    }
                }
            }
        }
    }

    private static async Task CopyBodyAsync(Stream body, HttpContext context, UpstreamServer server, IForwardMeter meter, CancellationTokenSource clock, CancellationToken stop)
    {
        var writer = context.Response.BodyWriter;
        while (true)
        {
            var read = await body.ReadAsync(writer.GetMemory(4096), stop);
            if (read == 0)
            {
                return;
            }

            writer.Advance(read);
            meter.Down(read);
            Rewind(clock, server.IdleTimeout);
            await writer.FlushAsync(stop);
        }
    }

    private static void CopyTrailers(HttpResponseMessage response, HttpContext context)
    {
        if (!context.Response.SupportsTrailers())
        {
            return;
        }

        foreach (var (name, values) in response.TrailingHeaders.NonValidated)
        {
            if (ResponseHeaderPolicy.PassesTrailer(name))
            {
                context.Response.AppendTrailer(name, values.ToArray());
            }
        }
    }

    private static ForwardResult Fail(ForwardOutcome outcome, HttpContext context, string detail)
    {
        var started = context.Response.HasStarted;
        if (started)
        {
            context.Abort();
        }
        else
        {
            context.Response.Clear();
        }

        return new(outcome, started, detail);
    }

    private static ForwardOutcome OutcomeOf(Exception e, HttpContext context, bool timedOut, CancellationToken cut) => e switch
    {
        _ when cut.IsCancellationRequested => ForwardOutcome.Cut,
        _ when context.RequestAborted.IsCancellationRequested || e is ConnectionAbortedException => ForwardOutcome.ClientAborted,
        BadHttpRequestException => ForwardOutcome.RequestBodyFailed,
        _ when timedOut => context.Response.HasStarted ? ForwardOutcome.IdleTimeout : ForwardOutcome.HeaderTimeout,
        { InnerException: UpstreamException { Outcome: var known } } => known,
        { InnerException: BadHttpRequestException } => ForwardOutcome.RequestBodyFailed,
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => ForwardOutcome.TlsFailed,
        HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.HttpProtocolError or HttpRequestError.ConfigurationLimitExceeded } => ForwardOutcome.UpstreamProtocolError,
        InvalidOperationException => ForwardOutcome.UpstreamProtocolError,
        _ => ForwardOutcome.UpstreamBroke,
    };

    private static void UnlimitBody(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = null;
        }
    }

    private static void Rewind(CancellationTokenSource clock, TimeSpan? limit) => clock.CancelAfter(limit ?? Timeout.InfiniteTimeSpan);

    private HandlerClient ClientFor(UpstreamServer server) => _clients.GetOrAdd(server.Key, static (_, context) => new HandlerClient(context.server, context.time), (server, time));
}
