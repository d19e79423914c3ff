using PortPortal.Engine.Common;
using PortPortal.Engine.Nodes;

namespace PortPortal.Engine.Sessions;

/// <summary>Every session that has not ended, and those that ended within the last day, live.</summary>
/// <remarks>What is said of a session on another machine is completed here by how its node is reached, whoever publishes it.</remarks>
public sealed class SessionFeed(TimeProvider time, NodeFeed? nodes = null) : LiveFeed<SessionStatus>(session => session.Id, time)
{
    /// <summary>For so long the ended are among them.</summary>
    public static readonly TimeSpan EndedAreShown = TimeSpan.FromHours(24);

    /// <summary>By id, or by name among those that have not ended.</summary>
    public SessionStatus? FindByIdOrName(string idOrName) =>
        Find(idOrName) ?? Items.Values.FirstOrDefault(session => session.EndedAt is null && session.Name == idOrName);

    protected override SessionStatus Complete(SessionStatus item)
    {
        if (item.NodeId == LocalNode.Id || item.EndedAt is not null)
        {
            return item;
        }

        var node = nodes?.Find(item.NodeId);
        return node is { State: NodeState.Connected }
            ? item with { Way = node.Way, Problem = null, ProblemSince = null }
            : item with { Way = NodeWay.None, Problem = $"Its node {node?.Name ?? item.NodeId} does not answer.", ProblemSince = node?.StateSince ?? item.StateSince };
    }
}
