using PortPortal.Engine.Common;

namespace PortPortal.Engine.Nodes;

/// <summary>Every node but this machine, live.</summary>
public sealed class NodeFeed(TimeProvider time) : LiveFeed<NodeStatus>(node => node.Id, time)
{
    public NodeStatus? FindByIdOrName(string idOrName) => Find(idOrName) ?? Items.Values.FirstOrDefault(node => node.Name == idOrName);
}
