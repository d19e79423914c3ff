using PortPortal.Engine.Audit;
using PortPortal.Engine.Common;
using PortPortal.Engine.Data;
using PortPortal.Engine.Sessions;

namespace PortPortal.Engine.Exposures.PortForwards;

/// <summary>Has a node's forwards compared and put right now, because somebody asked for it.</summary>
internal sealed class ForwardingRepair(Database database, ForwardingFeed nodes, PortForwardReconciler reconciler, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <returns>How it stands afterwards.</returns>
    public async Task<Outcome<ForwardingStatus>> RunAsync(string node, Actor actor, CancellationToken cancellationToken)
    {
        if (!actor.IsAdmin)
        {
            return new Refusal(403, RefusalCodes.NotAllowed, "Only admins repair nodes.");
        }

        if (node != LocalNode.Id || nodes.Find(node) is not { } before)
        {
            return Refusal.NotFound("node");
        }

        await database.InTurnAsync(
            async db =>
            {
                db.Add(AuditEntry.By(actor, time, "node.repaired", $"The forwards of node {node} were compared and put right on demand."));
                await db.SaveChangesAsync(cancellationToken);
            },
            cancellationToken);
        reconciler.Wake();
        return await nodes.AwaitAsync(node, status => status?.ComparedAt != before.ComparedAt, Patience, cancellationToken) ?? before;
    }
}
