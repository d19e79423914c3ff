using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;

namespace PortPortal.Engine.Edge.Upstream;

/// <summary>Carries one visitor's request to the app in a session and the app's answer back.</summary>
/// <remarks>
/// <code>
/// 1 judge ─► 2 gRPC? its own way
///         ─► 3 connection: idle or dialled ─► 4 exchange ─► 5 back to the pool, or closed
///                                   ▲───────── once more, where an idle one turned out to be closed
/// </code>
/// It writes no page of its own: a failure before the response started leaves the response to the caller, one after it has torn the connection off.
/// The listener must read and write header values as Latin-1, else bytes outside ASCII do not survive.
/// Why it is our own: docs/decisions/0003-upstream-forwarder.md.
/// </remarks>
internal sealed class UpstreamForwarder : IDisposable
{
    /// <summary>Longer than a burst of page loads, shorter than most servers keep an idle connection.</summary>
    private static readonly TimeSpan LongestIdle = TimeSpan.FromSeconds(20);

    private readonly ConcurrentDictionary<UpstreamKey, UpstreamPool> _pools = new();
    private readonly GrpcForwarder _grpc;
    private readonly TimeProvider _time;
    private readonly ITimer _sweep;

    public UpstreamForwarder(TimeProvider time)
    {
        (_time, _grpc) = (time, new GrpcForwarder(time));
        _sweep = time.CreateTimer(static state => ((UpstreamForwarder)state!).Sweep(), this, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5));
    }

    /// <param name="meter">Told of every piece as it passes.</param>
    /// <param name="cut">Ends the exchange at once, whatever it is doing: the permission for it is gone.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ForwardResult> SendAsync(HttpContext context, UpstreamServer server, ForwardedVisitor visitor, IForwardMeter meter, CancellationToken cut)
    {
        // 1. Judge: what cannot be passed on unchanged is not passed on.
        var isWebSocket = WebSocketHandshake.IsRequested(context);
        if (RequestTarget.Of(context) is not { } target || context.Request.Method is "TRACE" || (context.Request.Method is "CONNECT" && !isWebSocket))
        {
            return new(ForwardOutcome.RequestRefused, ResponseStarted: false, "The target or the method cannot be passed on.");
        }

        if (RequestHeaderPolicy.IsLooping(context.Request))
        {
            return new(ForwardOutcome.LoopDetected, ResponseStarted: false, "The request has been here before.");
        }

        // 2. gRPC needs HTTP/2 on both sides.
        if (GrpcForwarder.Handles(context.Request))
        {
            return await _grpc.SendAsync(context, server, visitor, target, meter, cut);
        }

        var pool = PoolFor(server);
        var connection = pool.TryTake();
        while (true)
        {
            // 3. Connection.
            try
            {
                connection ??= await DialAsync(pool, context, server, visitor, cut);
            }
            catch (Exception e) when (e is UpstreamException or OperationCanceledException)
            {
                var outcome = cut.IsCancellationRequested ? ForwardOutcome.Cut : e is UpstreamException known ? known.Outcome : ForwardOutcome.ClientAborted;
                return new(outcome, ResponseStarted: false, e.Message);
            }

            // 4. Exchange.
            var exchange = new Exchange(context, server, visitor, meter, connection, _time);
            var result = await exchange.RunAsync(target, isWebSocket, cut);

            // 5. Keep, close, or try once more: the app may have closed an idle connection just as the request went out.
            if (exchange.LeftClean)
            {
                pool.Return(connection);
                return result;
            }

            connection.Dispose();
            if (result is not { Outcome: ForwardOutcome.UpstreamBroke, ResponseStarted: false } || !connection.IsReused || exchange.HasHeard || !MayRepeat(context.Request, exchange))
            {
                return result;
            }

            connection = null;
        }
    }

    /// <summary>Closes what is kept for a generation that is over; exchanges in flight end by their own token.</summary>
    public void Evict(UpstreamKey key)
    {
        if (_pools.TryRemove(key, out var pool))
        {
            pool.Retire();
        }

        _grpc.Evict(key);
    }

    public void Dispose()
    {
        _sweep.Dispose();
        foreach (var key in _pools.Keys)
        {
            Evict(key);
        }

        _grpc.Dispose();
    }

    private static async ValueTask<UpstreamConnection> DialAsync(UpstreamPool pool, HttpContext context, UpstreamServer server, ForwardedVisitor visitor, CancellationToken cut)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cut, context.RequestAborted);
        return await pool.DialAsync(server, HostString.FromUriComponent(server.HostHeader ?? visitor.Host).Host, either.Token);
    }

    /// <summary>Sending it twice does what sending it once does (RFC 9110 section 9.2.2), and there is no body that is half gone.</summary>
    private static bool MayRepeat(HttpRequest request, Exchange exchange) =>
        !exchange.HasBody && request.Method is ("GET" or "HEAD" or "OPTIONS" or "PUT" or "DELETE" or "CONNECT");

    private UpstreamPool PoolFor(UpstreamServer server)
    {
        while (true)
        {
            var pool = _pools.GetOrAdd(server.Key, static (_, made) => new UpstreamPool(made.server, made._time), (server, _time));
            if (pool.Serves(server))
            {
                return pool;
            }

            // The same key at another address: what is kept leads to the old one.
            if (_pools.TryRemove(new(server.Key, pool)))
            {
                pool.Retire();
            }
        }
    }

    private void Sweep()
    {
        foreach (var (key, pool) in _pools)
        {
            // A connection that comes back to a pool just removed is closed there, which costs a dial and nothing else.
            if (pool.Sweep(LongestIdle) && _pools.TryRemove(new(key, pool)))
            {
                pool.Retire();
            }
        }

        _grpc.Sweep(LongestIdle);
    }
}
