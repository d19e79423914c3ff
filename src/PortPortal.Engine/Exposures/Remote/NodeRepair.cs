using PortPortal.Engine.Audit;
using PortPortal.Engine.Common;
using PortPortal.Engine.Nodes;

namespace PortPortal.Engine.Exposures.Remote;

/// <summary>Has another machine compare what it has with what is wanted of it, and put that right now.</summary>
internal sealed class NodeRepair(NodeFeed nodes, NodeWants wants, NodeLinks links, AuditSpool audit, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <returns>How it stands afterwards; refused where the machine does not answer.</returns>
    public async Task<Outcome<NodeStatus>> RunAsync(string idOrName, Actor actor, CancellationToken cancellationToken)
    {
        if (!actor.IsAdmin)
        {
            return new Refusal(403, RefusalCodes.NotAllowed, "Only admins repair nodes.");
        }

        if (nodes.FindByIdOrName(idOrName) is not { } node)
        {
            return Refusal.NotFound("node");
        }

        audit.Add(AuditEntry.By(actor, time, "node.repaired", $"The forwards of node {node.Name} were compared and put right on demand."));
        var revision = wants.Repeat(node.Id);
        return await nodes.AwaitAsync(node.Id, status => status is null || links.RevisionOf(node.Id) >= revision, Patience, cancellationToken) is { } after && links.RevisionOf(node.Id) >= revision
            ? after
            : new Refusal(503, RefusalCodes.NodeUnreachable, $"{node.Name} did not answer within {Patience.TotalSeconds} s. What is in force there stays in force.");
    }
}
