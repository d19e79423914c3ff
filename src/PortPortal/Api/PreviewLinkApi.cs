using PortPortal.Auth;
using PortPortal.Engine.Common;
using PortPortal.Engine.ShareLinks.Previews;
using PortPortal.Sdk;
using PortPortal.Wire;

namespace PortPortal.Api;

/// <summary>Preview links: made by PandaStack's call, listed and revoked by our own.</summary>
internal static class PreviewLinkApi
{
    public static void MapPreviewLinks(this RouteGroupBuilder v1)
    {
        v1.MapPost("/sandboxes/{session}/preview-token", CreateAsync).WithTags("Preview links").Produces<PreviewTokenInfo>();
        var links = v1.MapGroup("/sessions/{session}/ports/{port}/preview-links").WithTags("Preview links");
        links.MapGet("/", ListAsync).Produces<PreviewLinkInfo[]>();
        links.MapDelete("/", (HttpContext context, string session, string port, PreviewLinkService previews, CancellationToken cancellationToken) =>
            RevokeAsync(context, session, port, null, previews, cancellationToken)).Produces(StatusCodes.Status204NoContent);
        links.MapDelete("/{id}", RevokeAsync).Produces(StatusCodes.Status204NoContent);
    }

    private static async Task<IResult> CreateAsync(HttpContext context, string session, PreviewLinkService previews, CancellationToken cancellationToken)
    {
        var read = await JsonBody.ReadAsync(context.Request, cancellationToken);
        if (!read.Succeeded)
        {
            return new ProblemResult(read.Refusals);
        }

        var body = read.Value;
        var (port, life) = (body.RequiredPort("port"), body.Whole("ttl_seconds"));
        body.RefuseOthers();
        var created = await previews.CreateAsync(session, port, life, context.Actor(), body.Faults, cancellationToken);
        return created.Succeeded ? Results.Ok(created.Value.ToInfo()) : new ProblemResult(created.Refusals);
    }

    private static async Task<IResult> ListAsync(HttpContext context, string session, string port, PreviewLinkService previews, CancellationToken cancellationToken)
    {
        if (PortApi.ReadPort(port) is not { } number)
        {
            return PortApi.InvalidPort();
        }

        var found = await previews.ListAsync(session, number, context.Actor(), cancellationToken);
        return found.Succeeded ? Results.Ok(found.Value.Select(link => link.ToInfo())) : new ProblemResult(found.Refusals);
    }

    private static async Task<IResult> RevokeAsync(HttpContext context, string session, string port, string? id, PreviewLinkService previews, CancellationToken cancellationToken)
    {
        if (PortApi.ReadPort(port) is not { } number)
        {
            return PortApi.InvalidPort();
        }

        var revoked = await previews.RevokeAsync(session, number, id, context.Actor(), cancellationToken);
        return revoked.Succeeded ? Results.NoContent() : new ProblemResult(revoked.Refusals);
    }
}
