using PortPortal.Engine.Audit;
using PortPortal.Engine.Common;
using PortPortal.Engine.Nodes;
using PortPortal.Engine.Sessions;

namespace PortPortal.Engine.Exposures.Remote;

/// <summary>Has one end of a tunnel change its key now, while the tunnel carries on.</summary>
internal sealed class TunnelKeyRenewal(NodeFeed nodes, NodeService service, NodeWants wants, NodeLinks links, EdgeTunnel edge, AuditSpool audit, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    /// <param name="idOrName">A node, or <c>local</c> for the edge's own end of all tunnels.</param>
    /// <returns>Why not, where it was refused; nothing where the new key is in force.</returns>
    public async Task<Refusal?> RunAsync(string idOrName, Actor actor, CancellationToken cancellationToken)
    {
        if (!actor.IsAdmin)
        {
            return new(403, RefusalCodes.NotAllowed, "Only admins change the keys of tunnels.");
        }

        return idOrName == LocalNode.Id ? await RenewEdgeAsync(actor, cancellationToken)
            : nodes.FindByIdOrName(idOrName) is { } node ? await RenewAsync(node, actor, cancellationToken)
            : Refusal.NotFound("node");
    }

    private async Task<Refusal?> RenewAsync(NodeStatus node, Actor actor, CancellationToken cancellationToken)
    {
        if (links.ProtocolOf(node.Id) is not { } protocol)
        {
            return new(503, RefusalCodes.NodeUnreachable, $"{node.Name} has no stream to the portal just now. Its key stays as it is.");
        }

        if (protocol < 2 || wants.Of(node.Id).Tunnel is null)
        {
            return new(409, RefusalCodes.InvalidRequest, protocol < 2
                ? $"{node.Name} runs an earlier version, which changes its key only when it starts. Update it first."
                : $"{node.Name} has no tunnel whose key could change: {edge.Status}");
        }

        audit.Add(AuditEntry.By(actor, time, "node.key_wanted", $"Node {node.Name} was asked for a new key for its tunnel."));
        var before = service.KeysOf(node.Id)?.TunnelKey;
        service.WantOtherKey(node.Id, isWanted: true);
        if (await IsSoonAsync(() => service.KeysOf(node.Id)?.TunnelKey != before, cancellationToken))
        {
            return null;
        }

        service.WantOtherKey(node.Id, isWanted: false);
        return new(503, RefusalCodes.NodeUnreachable, $"{node.Name} did not change its key within {Patience.TotalSeconds} s. Its tunnel goes on with the old one.");
    }

    private async Task<Refusal?> RenewEdgeAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (edge.Key is not { } before)
        {
            return new(409, RefusalCodes.InvalidRequest, $"There is no tunnel whose key could change. {edge.Status}");
        }

        if (edge.Untold().FirstOrDefault() is { } untold)
        {
            return new(409, RefusalCodes.NodeUnreachable, $"{untold.Name} has a tunnel and no stream, so it could not be told the edge's new key. Try again when its stream is back.");
        }

        audit.Add(AuditEntry.By(actor, time, "edge.key_wanted", "The edge was asked for a new key for its end of the tunnels."));
        edge.WantOtherKey(isWanted: true);
        if (await IsSoonAsync(() => edge.Key != before, cancellationToken))
        {
            return null;
        }

        edge.WantOtherKey(isWanted: false);
        return new(503, RefusalCodes.NodeUnreachable, $"The edge did not change its key within {Patience.TotalSeconds} s. Its tunnels go on with the old one.");
    }

    private async Task<bool> IsSoonAsync(Func<bool> isDone, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (!isDone())
        {
            if (time.GetElapsedTime(started) > Patience)
            {
                return false;
            }

            await Task.Delay(Interval, time, cancellationToken);
        }

        return true;
    }
}
