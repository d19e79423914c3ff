using System.Collections.Immutable;
using PortPortal.Engine.Common;
using PortPortal.Engine.Tunnels.WireGuard;

namespace PortPortal.Engine.Nodes;

/// <summary>Turns the counters of tunnels and streams, which may begin anew at any time, into bytes a second.</summary>
/// <param name="heartbeats">What the portal's own heartbeats cost in a tunnel from one reading to the next, each way, in bytes; what is not much more is nothing.</param>
internal sealed class NodeRates(int heartbeats, TimeProvider time)
{
    private const int Kept = 30;
    private readonly Dictionary<string, Sample> _last = new(StringComparer.Ordinal);

    /// <param name="peer">Null where it has no tunnel.</param>
    /// <param name="stream">Bytes through the stream.</param>
    public (double Received, double Sent, ValueList<double> Recent) Next(NodeStatus node, WireGuardPeerStatus? peer, (long Received, long Sent) stream)
    {
        var now = new Sample(time.GetTimestamp(), peer?.BytesReceived ?? 0, peer?.BytesSent ?? 0, stream.Received, stream.Sent);
        if (!_last.TryGetValue(node.Id, out var last))
        {
            _last[node.Id] = now;
            return (0, 0, []);
        }

        _last[node.Id] = now;
        var seconds = Math.Max(0.001, time.GetElapsedTime(last.At, now.At).TotalSeconds);
        var received = (Tunnelled(last.TunnelReceived, now.TunnelReceived) + Grown(last.StreamReceived, now.StreamReceived)) / seconds;
        var sent = (Tunnelled(last.TunnelSent, now.TunnelSent) + Grown(last.StreamSent, now.StreamSent)) / seconds;
        ValueList<double> recent = [.. node.Recent.TakeLast(Kept - 1), Math.Round(received + sent)];
        return (received, sent, recent.Any(rate => rate > 0) ? recent : []); // an idle node does not change
    }

    public void Keep(ImmutableDictionary<string, NodeStatus> nodes)
    {
        foreach (var gone in _last.Keys.Where(id => !nodes.ContainsKey(id)).ToList())
        {
            _last.Remove(gone);
        }
    }

    private double Tunnelled(long before, long now) => Grown(before, now) - heartbeats is var rest && rest > heartbeats / 2 ? rest : 0;

    private static long Grown(long before, long now) => Math.Max(0, now - before);

    private sealed record Sample(long At, long TunnelReceived, long TunnelSent, long StreamReceived, long StreamSent);
}
