using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PortPortal.Engine.Audit;
using PortPortal.Engine.Common;
using PortPortal.Engine.Tunnels.WireGuard;

namespace PortPortal.Engine.Nodes;

/// <summary>Tells which nodes are here and by which way, four times a second.</summary>
/// <remarks>A tunnel is trusted again only after a second of answers, so that one that flickers does not make everything flicker with it.</remarks>
internal sealed class NodeWatch(NodeFeed feed, NodeService nodes, NodeLinks links, NodeWants wants, EdgeTunnel tunnel, AuditSpool audit, IOptions<NodesOptions> options, TimeProvider time, ILogger<NodeWatch> logger) : PeriodicService(Interval, time, logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Trial = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan DropAfter = TimeSpan.FromSeconds(15);
    private const int LooksPerReading = 8;
    private readonly Dictionary<string, long> _heardSince = []; // touched by the loop alone, as is _looks
    private readonly NodeRates _rates = new(LooksPerReading * (options.Value.Mtu + WireGuardTunnel.Overhead), time);
    private int _looks;

    /// <summary>The nodes are known before the first session asks for one.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await nodes.LoadAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task RoundAsync(CancellationToken cancellationToken)
    {
        foreach (var node in feed.Items.Values)
        {
            Look(node);
        }

        if (_looks++ % LooksPerReading == 0 && !feed.Items.IsEmpty)
        {
            await ReadTunnelAsync(cancellationToken);
        }
    }

    private void Look(NodeStatus node)
    {
        if (nodes.KeysOf(node.Id) is null)
        {
            return;
        }

        tunnel.Beat(node);
        var lostAfter = options.Value.LostAfter;
        var streamSilence = links.SilenceOf(node.Id);
        if (streamSilence > DropAfter)
        {
            links.Drop(node.Id);
        }

        var streamUp = streamSilence < lostAfter;
        var tunnelUp = IsTrusted(node, tunnel.SilenceOf(node) < lostAfter);
        var way = tunnelUp ? NodeWay.WireGuard : streamUp ? NodeWay.Stream : NodeWay.None;
        feed.Update(node.Id, now => Seen(now, way, streamUp, tunnelUp));
        if (feed.Find(node.Id) is { } after && after.State != node.State)
        {
            Write(after);
        }
    }

    private NodeStatus Seen(NodeStatus node, NodeWay way, bool streamUp, bool tunnelUp)
    {
        var state = way == NodeWay.None ? NodeState.Unreachable : NodeState.Connected;
        return node with
        {
            State = state,
            StateSince = state == node.State ? node.StateSince : Time.GetUtcNow(),
            Way = way,
            StreamUp = streamUp,
            TunnelUp = tunnelUp,
            RoundTrip = tunnelUp ? node.RoundTrip : null,
            Problem = ProblemOf(node, way, streamUp, tunnelUp),
        };
    }

    private string? ProblemOf(NodeStatus node, NodeWay way, bool streamUp, bool tunnelUp) => (way, streamUp, tunnelUp) switch
    {
        (NodeWay.None, _, _) => "It answers neither on its stream nor through its tunnel. Is the machine running, and can it reach the portal?",
        (_, false, true) => "Its stream to the portal is cut: what is open stays open, changes reach it when the stream is back.",
        (_, true, false) when node.TunnelFault is { } fault => $"{fault} Its stream carries everything.",
        (_, true, false) when wants.Of(node.Id).Tunnel is not null => "No heartbeat comes back through the tunnel; its stream carries everything. Is UDP let through on the way to the edge?",
        (_, true, false) => tunnel.Problem,
        _ => null,
    };

    private bool IsTrusted(NodeStatus node, bool isHeard)
    {
        if (!isHeard)
        {
            _heardSince.Remove(node.Id);
            return false;
        }

        _heardSince.TryAdd(node.Id, Time.GetTimestamp());
        return node.TunnelUp || Time.GetElapsedTime(_heardSince[node.Id]) >= Trial;
    }

    private async Task ReadTunnelAsync(CancellationToken cancellationToken)
    {
        await tunnel.StayInTouchAsync(cancellationToken);
        var peers = await tunnel.ReadAsync(cancellationToken);
        foreach (var node in feed.Items.Values)
        {
            if (nodes.KeysOf(node.Id) is null)
            {
                continue;
            }

            var peer = peers.GetValueOrDefault(node.TunnelAddress);
            var rates = _rates.Next(node, peer, links.TrafficOf(node.Id));
            feed.Update(node.Id, now => now with
            {
                LastHandshake = peer?.LastHandshake ?? now.LastHandshake,
                BytesReceived = peer?.BytesReceived ?? now.BytesReceived,
                BytesSent = peer?.BytesSent ?? now.BytesSent,
                RoundTrip = now.TunnelUp ? tunnel.RoundTripOf(node) : null,
                ReceivedPerSecond = rates.Received,
                SentPerSecond = rates.Sent,
                Recent = rates.Recent,
            });
        }

        _rates.Keep(feed.Items);
    }

    private void Write(NodeStatus node)
    {
        var isHere = node.State == NodeState.Connected;
        audit.Add(AuditEntry.By(
            Actor.System,
            Time,
            isHere ? "node.connected" : "node.lost",
            isHere ? $"{node.Name} is here." : $"{node.Name} does not answer any more.",
            isHere ? AuditResult.Done : AuditResult.Failed));
    }
}
