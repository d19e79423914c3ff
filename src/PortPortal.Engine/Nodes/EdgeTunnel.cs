using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PortPortal.Engine.Common;
using PortPortal.Engine.Data;
using PortPortal.Engine.Nodes.Protocol;
using PortPortal.Engine.Tunnels.WireGuard;

namespace PortPortal.Engine.Nodes;

/// <summary>The edge's end of all tunnels: up as long as there is a node to call it.</summary>
internal sealed partial class EdgeTunnel : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan ListenInterval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan SlowListenInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ListensClosely = TimeSpan.FromSeconds(10);

    private readonly NodeFeed _feed;
    private readonly NodeService _nodes;
    private readonly NodeWants _wants;
    private readonly NodesOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly WireGuardTunnel _tunnel;
    private readonly Lazy<WireGuardKeyring> _keys;
    private readonly WakeUp _wakeUp;
    private readonly PeerSilence _silence;
    private volatile TunnelPulse? _pulse;
    private volatile bool _isKeyUnwanted;

    public EdgeTunnel(NodeFeed feed, NodeService nodes, NodeWants wants, DataDirectory data, IOptions<NodesOptions> options, TimeProvider time, ILogger<EdgeTunnel> logger, ILogger<WireGuardTunnel> tunnelLogger)
    {
        (_feed, _nodes, _wants, _options, _time, _logger) = (feed, nodes, wants, options.Value, time, logger);
        _tunnel = new(tunnelLogger);
        _keys = new(() => new(Path.Combine(data.Folder("tunnel"), "wireguard.key")));
        _wakeUp = new(time);
        _silence = new(PeerSilence.OfCalled, time);
        _tunnel.Disturbed += _wakeUp.Call;
        nodes.Changed += Wake;
    }

    /// <summary>What is in force here and why, in one sentence.</summary>
    public string Status { get; private set; } = "No tunnel: this machine's sessions need none.";

    /// <summary>Why there is no tunnel, in words a user can act on; null where there is one, or none is needed.</summary>
    public string? Problem { get; private set; }

    /// <summary>Sends a heartbeat into a node's tunnel.</summary>
    public void Beat(NodeStatus node) => _pulse?.Send(node.TunnelAddress);

    public TimeSpan? SilenceOf(NodeStatus node) => _pulse?.SilenceOf(node.TunnelAddress);

    public TimeSpan? RoundTripOf(NodeStatus node) => _pulse?.RoundTripOf(node.TunnelAddress);

    /// <summary>The public half of this end's key; null while there is no tunnel.</summary>
    public WireGuardKey? Key => _pulse is null ? null : _keys.Value.Current.PublicKey;

    /// <summary>Gives this end another key, as soon as every node that has a tunnel can be told.</summary>
    public void WantOtherKey(bool isWanted)
    {
        _isKeyUnwanted = isWanted;
        _wakeUp.Call();
    }

    /// <summary>Nodes that would lose their tunnel with another key of this end, because their streams are cut and they cannot be told.</summary>
    public IEnumerable<NodeStatus> Untold() => _feed.Items.Values.Where(node => node is { TunnelUp: true, StreamUp: false });

    /// <summary>Calls nodes anew that have forgotten their session; to be called every few seconds.</summary>
    public Task StayInTouchAsync(CancellationToken cancellationToken) => _pulse is { } pulse
        ? _tunnel.CallAsync([.. Peers(JoinedNow()).Where(peer => !peer.HandshakeOnly && (pulse.SilenceOf(peer.Address) is not { } silence || silence > _options.LostAfter))], _silence, cancellationToken)
        : Task.CompletedTask;

    /// <summary>Handshakes and bytes by tunnel address.</summary>
    public async Task<IReadOnlyDictionary<IPAddress, WireGuardPeerStatus>> ReadAsync(CancellationToken cancellationToken)
    {
        var read = await _tunnel.ReadAsync(cancellationToken);
        return (read?.Peers ?? []).Where(peer => !peer.AllowedAddresses.IsEmpty).ToDictionary(peer => peer.AllowedAddresses[0].BaseAddress);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        DropPulse();
        // Within a time of its own: draining may have used up the program's, and the interface goes all the same.
        await _tunnel.DisposeAsync();
    }

    public override void Dispose()
    {
        base.Dispose();
        _nodes.Changed -= Wake;
        _tunnel.Disturbed -= _wakeUp.Call;
        _pulse?.Dispose();
        _wakeUp.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ApplyAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                Problem = $"The tunnel could not be made: {exception.Message}";
                Log.Failed(_logger, exception);
            }

            await RestAsync(Problem is null ? Interval : RetryInterval, stoppingToken);
        }
    }

    private void Wake(string nodeId) => _wakeUp.Call();

    /// <summary>Sleeps, with an ear on the nodes that are about to change their keys.</summary>
    private async Task RestAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        while (_time.GetElapsedTime(started) is var elapsed && elapsed < atMost)
        {
            var isAwaiting = Problem is null && _pulse is not null && JoinedNow().Any(node => node.Keys.AwaitedKey is not null);
            var nap = isAwaiting ? (elapsed < ListensClosely ? ListenInterval : SlowListenInterval) : atMost - elapsed;
            if (await _wakeUp.WaitAsync(nap, cancellationToken) || (isAwaiting && await TakeKeysAsync(cancellationToken)))
            {
                return;
            }
        }
    }

    /// <summary>A handshake with the awaited key proves that the node has it in force: the address goes over to it.</summary>
    private async Task<bool> TakeKeysAsync(CancellationToken cancellationToken)
    {
        var heard = (await _tunnel.ReadAsync(cancellationToken))?.Peers.Where(peer => peer.LastHandshake is not null).Select(peer => peer.PublicKey).ToHashSet() ?? [];
        var joined = JoinedNow();
        var changed = joined.Where(node => node.Keys.AwaitedKey is { } awaited && heard.Contains(awaited)).ToList();
        if (changed.Count == 0)
        {
            return false;
        }

        // The tunnel first, the books after it: until then nothing gets through.
        await _tunnel.RefreshAsync(Plan([.. joined.Select(node => changed.Contains(node) ? node with { Keys = node.Keys.Advanced() } : node)]), cancellationToken);
        foreach (var node in changed)
        {
            await _nodes.ChangeTunnelKeyAsync(node.Status.Id, node.Keys.AwaitedKey!, cancellationToken);
        }

        return true;
    }

    private IReadOnlyList<Joined> JoinedNow() => [.. from node in _feed.Items.Values let keys = _nodes.KeysOf(node.Id) where keys is not null select new Joined(node, keys)];

    private async Task ApplyAsync(CancellationToken cancellationToken)
    {
        var joined = JoinedNow();
        if (joined.Count == 0 || _options.WireGuard == WireGuardUse.Off)
        {
            await DownAsync(cancellationToken);
            (Problem, Status) = (null, joined.Count == 0 ? "No tunnel: this machine's sessions need none." : "No tunnel: the setting Nodes:WireGuard says Off, so the nodes' streams carry everything.");
            WantOfAll(joined, _ => null);
            return;
        }

        if ((_isKeyUnwanted || IsOld()) && !Untold().Any())
        {
            // A crash from here on leaves the next process with the new key, and the nodes hear of it when they greet that.
            _keys.Value.Advance();
            _isKeyUnwanted = false;
            _nodes.NoteEdgeKey();
        }

        var report = await _tunnel.ApplyAsync(Plan(joined), cancellationToken);
        if (report.Fault is not null)
        {
            (Problem, Status) = (report.Fault, $"{report.Fault} The nodes' streams carry everything.");
            WantOfAll(joined, _ => null);
            DropPulse();
            return;
        }

        _pulse ??= NewPulse();
        (Problem, Status) = (null, $"WireGuard on UDP port {_options.Port}, by {(report.Device == "kernel" ? "the kernel" : report.Device)}.");
        WantOfAll(joined, TunnelOf);
    }

    private bool IsOld() => _options.KeyLifetime > TimeSpan.Zero && _time.GetUtcNow() - _keys.Value.MadeAt >= _options.KeyLifetime;

    private void WantOfAll(IReadOnlyList<Joined> joined, Func<Joined, DesiredTunnel?> tunnel)
    {
        foreach (var node in joined)
        {
            _wants.Want(node.Status.Id, tunnel(node));
        }
    }

    private async Task DownAsync(CancellationToken cancellationToken)
    {
        DropPulse();
        await _tunnel.RemoveAsync(cancellationToken);
    }

    private void DropPulse()
    {
        _pulse?.Dispose();
        _pulse = null;
    }

    private TunnelPulse? NewPulse()
    {
        try
        {
            return new(_options.EdgeAddress, _options.Mtu, _time);
        }
        catch (SocketException exception)
        {
            Log.Failed(_logger, exception);
            return null;
        }
    }

    private WireGuardPlan Plan(IReadOnlyList<Joined> nodes) => new()
    {
        Interface = _options.Interface,
        Identity = _keys.Value.Current,
        Address = _options.EdgeAddress,
        Network = _options.TunnelNetwork,
        ListenPort = _options.Port,
        Mtu = _options.Mtu,
        Guard = TunnelGuard.Edge,
        Peers = [.. Peers(nodes)],
    };

    private static IEnumerable<WireGuardPeer> Peers(IReadOnlyList<Joined> nodes)
    {
        foreach (var (node, keys) in nodes)
        {
            yield return new() { PublicKey = keys.TunnelKey, Address = node.TunnelAddress };
            if (keys.AwaitedKey is { } awaited)
            {
                yield return new() { PublicKey = awaited, Address = node.TunnelAddress, HandshakeOnly = true };
            }
        }
    }

    private DesiredTunnel TunnelOf(Joined node)
    {
        var endpoint = _options.Endpoint.Length > 0 ? IPEndPoint.Parse(_options.Endpoint) : null;
        return new()
        {
            Address = node.Status.TunnelAddress.ToString(),
            Network = _options.Network,
            Mtu = _options.Mtu,
            EdgeAddress = _options.EdgeAddress.ToString(),
            EdgeKey = _keys.Value.Current.PublicKey.Text,
            EdgePort = endpoint?.Port ?? _options.Port,
            EdgeHost = endpoint?.Address.ToString(),
            NodeKey = node.Keys.TunnelKey.Text,
            AwaitedKey = node.Keys.AwaitedKey?.Text,
            UnwantedKey = node.Keys.IsUnwanted ? node.Keys.TunnelKey.Text : null,
        };
    }

    /// <summary>A node that has joined, with its keys of this moment.</summary>
    private sealed record Joined(NodeStatus Status, NodeKeys Keys);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The edge's end of the tunnel could not be made; trying again.")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
