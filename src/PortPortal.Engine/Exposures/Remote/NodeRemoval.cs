using PortPortal.Engine.Common;
using PortPortal.Engine.Nodes;
using PortPortal.Engine.Sessions;

namespace PortPortal.Engine.Exposures.Remote;

/// <summary>Takes a node away for good, with every session it ran: a machine that never comes back must not hold their names.</summary>
internal sealed class NodeRemoval(NodeFeed nodes, NodeService service, NodeWants wants, SessionFeed sessions, SessionEnding ending)
{
    /// <returns>How many sessions ended with it; removing what is not there is refused.</returns>
    public async Task<Outcome<int>> RemoveAsync(string idOrName, Actor actor, CancellationToken cancellationToken)
    {
        if (NodeService.Check(actor) is { } refusal)
        {
            return refusal;
        }

        if (nodes.FindByIdOrName(idOrName) is not { } node)
        {
            return Refusal.NotFound("node");
        }

        var running = sessions.Items.Values.Where(session => session.NodeId == node.Id && session.EndedAt is null).ToList();
        foreach (var session in running)
        {
            await ending.EndAsync(session.Id, actor, cancellationToken);
        }

        await service.RemoveAsync(node, actor, cancellationToken);
        wants.Forget(node.Id);
        return running.Count;
    }
}
