using System.Collections.Concurrent;
using PortPortal.Engine.Nodes.Protocol;

namespace PortPortal.Engine.Nodes;

/// <summary>What every node shall be, whole and of this moment; streams carry it out when they can.</summary>
internal sealed class NodeWants
{
    private static readonly Desired Nothing = new() { Revision = 0, Ports = [] };
    private readonly ConcurrentDictionary<string, Desired> _byNode = new(StringComparer.Ordinal);
    private long _revision; // Interlocked

    /// <summary>Raised with the node's id after each change.</summary>
    public event Action<string>? Changed;

    public Desired Of(string nodeId) => _byNode.GetValueOrDefault(nodeId, Nothing);

    public DesiredPort? PortOf(string nodeId, string portId) => Of(nodeId).Ports.FirstOrDefault(port => port.Id == portId);

    /// <summary>Ports that are the same already are not announced again.</summary>
    public void Want(string nodeId, IReadOnlyList<DesiredPort> ports) => Change(nodeId, desired => desired.Ports.SequenceEqual(ports) ? desired : desired with { Ports = ports });

    public void Want(string nodeId, DesiredTunnel? tunnel) => Change(nodeId, desired => desired.Tunnel == tunnel ? desired : desired with { Tunnel = tunnel });

    /// <summary>Says the same once more, so that the node compares and puts right now.</summary>
    /// <returns>The revision that it will answer for.</returns>
    public long Repeat(string nodeId)
    {
        Change(nodeId, desired => desired with { });
        return Of(nodeId).Revision;
    }

    public void Forget(string nodeId) => _byNode.TryRemove(nodeId, out _);

    private void Change(string nodeId, Func<Desired, Desired> change)
    {
        while (true)
        {
            var before = Of(nodeId);
            var after = change(before);
            if (ReferenceEquals(before, after))
            {
                return;
            }

            after = after with { Revision = Interlocked.Increment(ref _revision) };
            if (ReferenceEquals(before, Nothing) ? _byNode.TryAdd(nodeId, after) : _byNode.TryUpdate(nodeId, after, before))
            {
                Changed?.Invoke(nodeId);
                return;
            }
        }
    }
}
