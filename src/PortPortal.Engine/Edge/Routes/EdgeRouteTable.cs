using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using PortPortal.Engine.Common;
using PortPortal.Engine.Edge.Upstream;
using PortPortal.Engine.Exposures;

namespace PortPortal.Engine.Edge.Routes;

/// <summary>Host name → exposure, upstream and policy, as of this moment.</summary>
/// <remarks>
/// Not a frozen snapshot: a change of one among 100 000 exposures costs its own five entries, and look-ups take no lock either way.
/// What a frozen one would give is kept by order: <see cref="Changed"/> comes after the swap, so whoever was judged on an old route is told to ask again.
/// The feed calls in while it publishes, so a closed or narrowed port is in force before the publisher goes on.
/// </remarks>
internal sealed class EdgeRouteTable
{
    private readonly Lock _lock = new(); // one writer at a time
    private readonly ExposureFeed _feed;
    private readonly Func<IPEndPoint, bool> _mayDial;
    private readonly Func<ExposureStatus, RouteLimit> _limitOf;
    private readonly Func<ExposureStatus, Func<CancellationToken, ValueTask<Socket>>?>? _dialerOf;
    private readonly ConcurrentDictionary<string, EdgeRoute> _byExposure = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string SessionId, int Port), EdgeRoute> _byId = new();
    private readonly ConcurrentDictionary<(string SessionName, int Port), EdgeRoute> _byName = new();
    private readonly ConcurrentDictionary<(string Endpoint, string SessionName), EdgeRoute> _byEndpoint = new();
    private long _generation; // under _lock

    /// <param name="limitOf">The limit of a new route; a route that takes another's place takes its limit over.</param>
    /// <param name="dialerOf">How to connect where an address alone does not lead there; null for what is dialled as it is.</param>
    public EdgeRouteTable(
        ExposureFeed feed,
        Func<IPEndPoint, bool> mayDial,
        Func<ExposureStatus, RouteLimit> limitOf,
        Func<ExposureStatus, Func<CancellationToken, ValueTask<Socket>>?>? dialerOf = null)
    {
        (_feed, _mayDial, _limitOf, _dialerOf) = (feed, mayDial, limitOf, dialerOf);
        feed.Publishing += Apply;
        Load();
    }

    /// <summary>Raised with the old route and the new one (null: closed) before the feed's publisher goes on; keep it short.</summary>
    public event Action<EdgeRoute, EdgeRoute?>? Changed;

    public EdgeRoute? Find(string exposureId) => _byExposure.GetValueOrDefault(exposureId);

    /// <summary>The route behind a host name; ids come before names, so that no session can be named to stand in front of another.</summary>
    public EdgeRoute? Find(ExposureHostname? name) => name switch
    {
        ExposureHostname.OfPort(var session, var port) =>
            _byId.GetValueOrDefault((session, port)) ?? _byName.GetValueOrDefault((session, port)),
        ExposureHostname.OfEndpoint(var endpoint, var session) => _byEndpoint.GetValueOrDefault((endpoint, session)),
        _ => null,
    };

    private void Load()
    {
        // A batch that arrives in between is applied on its own; then the snapshot is no longer the feed's and is read again.
        while (true)
        {
            var items = _feed.Items;
            lock (_lock)
            {
                foreach (var exposure in items.Values)
                {
                    Put(exposure);
                }

                foreach (var id in _byExposure.Keys.Where(id => !items.ContainsKey(id)))
                {
                    Drop(id);
                }
            }

            if (ReferenceEquals(items, _feed.Items))
            {
                return;
            }
        }
    }

    private void Apply(FeedBatch<ExposureStatus> batch)
    {
        lock (_lock)
        {
            foreach (var id in batch.Removals)
            {
                Drop(id);
            }

            foreach (var exposure in batch.Upserts)
            {
                Put(exposure);
            }
        }
    }

    private void Put(ExposureStatus exposure)
    {
        var old = _byExposure.GetValueOrDefault(exposure.Id);
        if (old is not null && ReferenceEquals(old.Exposure, exposure))
        {
            return;
        }

        if (exposure.State is ExposureState.Closed or ExposureState.Closing)
        {
            Drop(exposure.Id);
            return;
        }

        var keeps = old is not null && KeepsConnections(old.Exposure, exposure);
        var route = keeps ? old!.With(exposure) : New(exposure, old?.Limit);
        _byExposure[exposure.Id] = route;
        _byId[(exposure.SessionId, exposure.Port)] = route;
        if (exposure.SessionName != exposure.SessionId)
        {
            _byName[(exposure.SessionName, exposure.Port)] = route;
        }

        if (exposure.Name is not null)
        {
            _byEndpoint[(exposure.Name, exposure.SessionName)] = route;
        }

        if (old is not null)
        {
            // What the old one was found by and the new one is not still points to the old one.
            Forget(old);
            if (!keeps)
            {
                _ = old.CutAsync();
            }

            Changed?.Invoke(old, route);
        }
    }

    private void Drop(string id)
    {
        if (_byExposure.TryRemove(id, out var old))
        {
            Forget(old);
            _ = old.CutAsync();
            Changed?.Invoke(old, null);
        }
    }

    private void Forget(EdgeRoute route)
    {
        var exposure = route.Exposure;
        _byId.TryRemove(new((exposure.SessionId, exposure.Port), route));
        _byName.TryRemove(new((exposure.SessionName, exposure.Port), route));
        if (exposure.Name is not null)
        {
            _byEndpoint.TryRemove(new((exposure.Name, exposure.SessionName), route));
        }
    }

    private EdgeRoute New(ExposureStatus exposure, RouteLimit? limit)
    {
        var upstream = new UpstreamServer
        {
            Key = new UpstreamKey(exposure.Id, ++_generation),
            EndPoint = exposure.Target,
            Tls = exposure.Protocol == UpstreamProtocol.Https,
            MayDial = _mayDial,
            Dial = _dialerOf?.Invoke(exposure),
        };
        return new(exposure, upstream, limit ?? _limitOf(exposure), new CancellationTokenSource());
    }

    /// <summary>True where what is open may stay open as far as the way is concerned; who may use it is judged again by the visits' books.</summary>
    private static bool KeepsConnections(ExposureStatus old, ExposureStatus changed) =>
        changed.State == old.State
        && changed.Target.Equals(old.Target)
        && changed.KeepsWayOf(old)
        && changed.Protocol == old.Protocol
        && changed.SessionId == old.SessionId
        && changed.Port == old.Port;
}
