using PortPortal.Auth;
using PortPortal.Engine.Common;
using PortPortal.Engine.Exposures.PortForwards;
using PortPortal.Engine.Exposures.Remote;
using PortPortal.Engine.Nodes;
using PortPortal.Sdk;
using PortPortal.Wire;

namespace PortPortal.Api;

/// <summary><c>/v1/nodes</c>: what forwards on each machine, and what is wanted there against what was found.</summary>
internal static class NodeApi
{
    public static void MapNodes(this RouteGroupBuilder v1)
    {
        var nodes = v1.MapGroup("/nodes").WithTags("Nodes").RequireAuthorization(Policies.Admin);
        nodes.MapGet("/", List).Produces<NodeInfo[]>();
        nodes.MapPost("/{node}/repair", RepairAsync).Produces<NodeInfo>();
    }

    private static IResult List(ForwardingFeed local, NodeFeed nodes, PortForwardFeed forwards) => Results.Ok(
        local.Items.Values.OrderBy(node => node.NodeId, StringComparer.Ordinal).Select(node => node.ToInfo())
            .Concat(nodes.Items.Values.OrderBy(node => node.Name, StringComparer.Ordinal).Select(node => node.ToInfo(forwards.Items.Values.Where(forward => forward.NodeId == node.Id)))));

    private static async Task<IResult> RepairAsync(HttpContext context, string node, ForwardingRepair local, NodeRepair remote, NodeFeed nodes, PortForwardFeed forwards, CancellationToken cancellationToken)
    {
        if (nodes.FindByIdOrName(node) is not null)
        {
            var answered = await remote.RunAsync(node, context.Actor(), cancellationToken);
            return answered.Succeeded ? Results.Ok(answered.Value.ToInfo(forwards.Items.Values.Where(forward => forward.NodeId == answered.Value.Id))) : new ProblemResult(answered.Refusals);
        }

        var repaired = await local.RunAsync(node, context.Actor(), cancellationToken);
        return repaired.Succeeded ? Results.Ok(repaired.Value.ToInfo()) : new ProblemResult(repaired.Refusals);
    }
}
