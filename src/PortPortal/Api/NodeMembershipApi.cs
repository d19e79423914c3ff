using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http.Features;
using PortPortal.Auth;
using PortPortal.Engine.Certificates;
using PortPortal.Engine.Common;
using PortPortal.Engine.Exposures.Remote;
using PortPortal.Engine.Nodes;
using PortPortal.Sdk;
using PortPortal.Wire;

namespace PortPortal.Api;

/// <summary>Adding machines: the admin's calls to announce, drain and remove one, and to have its tunnel's key changed, and the machine's own to join and to keep its stream.</summary>
internal static class NodeMembershipApi
{
    public const string Protocol = "portportal-node/1";

    public static void MapNodeMembership(this RouteGroupBuilder v1)
    {
        var nodes = v1.MapGroup("/nodes").WithTags("Nodes");
        var admins = nodes.MapGroup("").RequireAuthorization(Policies.Admin);
        admins.MapPost("/", CreateAsync).Produces<NewNodeInfo>(StatusCodes.Status201Created);
        admins.MapPost("/{node}/drain", (HttpContext context, string node, NodeService service, CancellationToken cancellationToken) => DrainAsync(context, node, service, drain: true, cancellationToken)).Produces<RemoteNodeInfo>();
        admins.MapPost("/{node}/open", (HttpContext context, string node, NodeService service, CancellationToken cancellationToken) => DrainAsync(context, node, service, drain: false, cancellationToken)).Produces<RemoteNodeInfo>();
        admins.MapPost("/{node}/tunnel-key", RenewKeyAsync).Produces(StatusCodes.Status204NoContent);
        admins.MapDelete("/{node}", RemoveAsync).Produces(StatusCodes.Status204NoContent);

        // A machine brings its own proof: a token, or its key.
        nodes.MapPost("/join", JoinAsync).AllowAnonymous().Produces<JoinedNodeInfo>();
        nodes.MapGet("/authority", Authority).AllowAnonymous().Produces<string>(contentType: "application/x-pem-file");
        nodes.MapGet("/stream", StreamAsync).AllowAnonymous().ExcludeFromDescription();
    }

    private static async Task<IResult> CreateAsync(HttpContext context, NodeInvitations invitations, CancellationToken cancellationToken)
    {
        var read = await JsonBody.ReadAsync(context.Request, cancellationToken);
        if (!read.Succeeded)
        {
            return new ProblemResult(read.Refusals);
        }

        var body = read.Value;
        var request = new NodeRequest(body.Text("name"), body.Text("host"), body.Int("ttlSeconds") is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
        body.RefuseOthers();
        var created = await invitations.InviteAsync(request, context.Actor(), body.Faults, cancellationToken);
        if (!created.Succeeded)
        {
            return new ProblemResult(created.Refusals);
        }

        var invitation = created.Value;
        return Results.Created($"/v1/nodes/{invitation.Status.Id}", new NewNodeInfo { Node = invitation.Status.ToInfo(), Token = invitation.Token, JoinCommand = invitation.Command });
    }

    private static async Task<IResult> DrainAsync(HttpContext context, string node, NodeService service, bool drain, CancellationToken cancellationToken)
    {
        var drained = await service.DrainAsync(node, drain, context.Actor(), cancellationToken);
        return drained.Succeeded ? Results.Ok(drained.Value.ToInfo()) : new ProblemResult(drained.Refusals);
    }

    private static async Task<IResult> RenewKeyAsync(HttpContext context, string node, TunnelKeyRenewal renewal, CancellationToken cancellationToken) =>
        await renewal.RunAsync(node, context.Actor(), cancellationToken) is { } refusal ? new ProblemResult(refusal) : Results.NoContent();

    private static async Task<IResult> RemoveAsync(HttpContext context, string node, NodeRemoval removal, CancellationToken cancellationToken)
    {
        var removed = await removal.RemoveAsync(node, context.Actor(), cancellationToken);
        return removed.Succeeded ? Results.NoContent() : new ProblemResult(removed.Refusals);
    }

    private static async Task<IResult> JoinAsync(HttpContext context, NodeService service, CancellationToken cancellationToken)
    {
        var read = await JsonBody.ReadAsync(context.Request, cancellationToken);
        if (!read.Succeeded)
        {
            return new ProblemResult(read.Refusals);
        }

        var body = read.Value;
        var request = new JoinRequest(body.Text("token"), body.Text("publicKey"), body.Text("tunnelKey"));
        body.RefuseOthers();
        var joined = await service.JoinAsync(request, context.From(), body.Faults, cancellationToken);
        return joined.Succeeded ? Results.Ok(new JoinedNodeInfo { Id = joined.Value.Id, Name = joined.Value.Name }) : new ProblemResult(joined.Refusals);
    }

    /// <summary>The public half of what every connection shows anyway.</summary>
    private static IResult Authority(CertificateSource certificates)
    {
        if (certificates.Status.IsGiven)
        {
            return new ProblemResult(Refusal.NotFound("authority"));
        }

        using var authority = X509CertificateLoader.LoadCertificateFromFile(certificates.Status.Path);
        return Results.Text(authority.ExportCertificatePem(), "application/x-pem-file");
    }

    private static async Task<IResult> StreamAsync(HttpContext context, NodeLinks links, IHostApplicationLifetime lifetime)
    {
        if (context.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true } upgrade || context.Request.Headers.Upgrade is not [Protocol])
        {
            return new ProblemResult(Refusal.Invalid("Upgrade", $"This address takes nodes only, over HTTP/1.1 with Upgrade: {Protocol}."));
        }

        context.Response.Headers.Upgrade = Protocol;
        await using var stream = await upgrade.UpgradeAsync();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        await links.ServeAsync(stream, context.From(), ended.Token);
        return Results.Empty;
    }
}
