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

    private readonly NodeFeed _feed;
    private readonly NodeService _nodes;
    private readonly NodeWants _wants;
    private readonly NodesOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly WireGuardTunnel _tunnel;
    private readonly Lazy<WireGuardIdentity> _identity;
    private readonly WakeUp _wakeUp;
    private readonly PeerSilence _silence;
    private volatile TunnelPulse? _pulse;

    public EdgeTunnel(NodeFeed feed, NodeService nodes, NodeWants wants, DataDirectory data, IOptions<NodesOptions> options, TimeProvider time, ILogger<EdgeTunnel> logger, ILogger<WireGuardTunnel> tunnelLogger)
    {
        (_feed, _nodes, _wants, _options, _time, _logger) = (feed, nodes, wants, options.Value, time, logger);
        _tunnel = new(tunnelLogger);
        _identity = new(() => WireGuardIdentity.LoadOrCreate(Path.Combine(data.Folder("tunnel"), "wireguard.key")));
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

    /// <summary>Calls nodes anew that have forgotten their session; to be called every few seconds.</summary>
    public Task StayInTouchAsync(CancellationToken cancellationToken) => _pulse is { } pulse
        ? _tunnel.CallAsync([.. Peers(_feed.Items.Values).Where(peer => pulse.SilenceOf(peer.Address) is not { } silence || silence > _options.LostAfter)], _silence, cancellationToken)
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

            await _wakeUp.WaitAsync(Problem is null ? Interval : RetryInterval, stoppingToken);
        }
    }

    private void Wake(string nodeId) => _wakeUp.Call();

    private async Task ApplyAsync(CancellationToken cancellationToken)
    {
        var joined = _feed.Items.Values.Where(node => _nodes.KeysOf(node.Id) is not null).ToList();
        if (joined.Count == 0 || _options.WireGuard == WireGuardUse.Off)
        {
            await DownAsync(cancellationToken);
            (Problem, Status) = (null, joined.Count == 0 ? "No tunnel: this machine's sessions need none." : "No tunnel: the setting Nodes:WireGuard says Off, so the nodes' streams carry everything.");
            joined.ForEach(node => _wants.Want(node.Id, tunnel: null));
            return;
        }

        var report = await _tunnel.ApplyAsync(Plan(joined), cancellationToken);
        if (report.Fault is not null)
        {
            (Problem, Status) = (report.Fault, $"{report.Fault} The nodes' streams carry everything.");
            joined.ForEach(node => _wants.Want(node.Id, tunnel: null));
            DropPulse();
            return;
        }

        _pulse ??= NewPulse();
        (Problem, Status) = (null, $"WireGuard on UDP port {_options.Port}, by {(report.Device == "kernel" ? "the kernel" : report.Device)}.");
        joined.ForEach(node => _wants.Want(node.Id, TunnelOf(node)));
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

    private WireGuardPlan Plan(IEnumerable<NodeStatus> nodes) => new()
    {
        Interface = _options.Interface,
        Identity = _identity.Value,
        Address = _options.EdgeAddress,
        Network = _options.TunnelNetwork,
        ListenPort = _options.Port,
        Mtu = _options.Mtu,
        Guard = TunnelGuard.Edge,
        Peers = [.. Peers(nodes)],
    };

    private IEnumerable<WireGuardPeer> Peers(IEnumerable<NodeStatus> nodes) =>
        from node in nodes let keys = _nodes.KeysOf(node.Id) where keys is not null select new WireGuardPeer { PublicKey = keys.TunnelKey, Address = node.TunnelAddress };

    private DesiredTunnel TunnelOf(NodeStatus node)
    {
        var endpoint = _options.Endpoint.Length > 0 ? IPEndPoint.Parse(_options.Endpoint) : null;
        return new()
        {
            Address = node.TunnelAddress.ToString(),
            Network = _options.Network,
            Mtu = _options.Mtu,
            EdgeAddress = _options.EdgeAddress.ToString(),
            EdgeKey = _identity.Value.PublicKey.Text,
            EdgePort = endpoint?.Port ?? _options.Port,
            EdgeHost = endpoint?.Address.ToString(),
        };
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The edge's end of the tunnel could not be made; trying again.")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
