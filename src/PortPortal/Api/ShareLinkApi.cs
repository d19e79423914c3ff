using PortPortal.Auth;
using PortPortal.Engine.Common;
using PortPortal.Engine.ShareLinks;
using PortPortal.Sdk;
using PortPortal.Wire;
using QRCoder;

namespace PortPortal.Api;

/// <summary><c>/v1/share-links</c> and the links of one port: make, list, extend, revoke, draw.</summary>
internal static class ShareLinkApi
{
    private const int PixelsPerModule = 10;
    private static readonly string[] States = ["active", "usedUp", "expired", "revoked", "closed"];

    public static void MapShareLinks(this RouteGroupBuilder v1)
    {
        var ofPort = v1.MapGroup("/sessions/{session}/ports/{port}/share-links").WithTags("Share links");
        ofPort.MapGet("/", ListOfPort).Produces<ShareLinkInfo[]>();
        ofPort.MapPost("/", CreateAsync).Produces<ShareLinkInfo>(StatusCodes.Status201Created);

        var links = v1.MapGroup("/share-links").WithTags("Share links");
        links.MapGet("/", List).Produces<ShareLinkInfo[]>();
        links.MapPatch("/{id}", ChangeAsync).Produces<ShareLinkInfo>();
        links.MapDelete("/{id}", RevokeAsync).Produces(StatusCodes.Status204NoContent);
        links.MapGet("/{id}/qr.svg", Svg).Produces(StatusCodes.Status200OK, contentType: "image/svg+xml");
        links.MapGet("/{id}/qr.png", Png).Produces(StatusCodes.Status200OK, contentType: "image/png");
    }

    private static IResult ListOfPort(HttpContext context, string session, string port, ShareLinkService links, LiveLinks live)
    {
        if (PortApi.ReadPort(port) is not { } number)
        {
            return PortApi.InvalidPort();
        }

        var actor = context.Actor();
        var found = links.ListOf(session, number, actor);
        return found.Succeeded ? Results.Ok(found.Value.Select(link => link.ToInfo(live, links, actor))) : new ProblemResult(found.Refusals);
    }

    private static IResult List(HttpContext context, string? state, ShareLinkService links, LiveLinks live)
    {
        if (state is not null && !States.Contains(state))
        {
            return new ProblemResult(Refusal.Invalid("state", $"state is one of {string.Join(", ", States)}."));
        }

        var actor = context.Actor();
        return Results.Ok(links.List(actor).Select(link => link.ToInfo(live, links, actor)).Where(link => state is null || link.State == state));
    }

    private static async Task<IResult> CreateAsync(HttpContext context, string session, string port, ShareLinkService links, LiveLinks live, CancellationToken cancellationToken)
    {
        if (PortApi.ReadPort(port) is not { } number)
        {
            return PortApi.InvalidPort();
        }

        var read = await JsonBody.ReadAsync(context.Request, cancellationToken);
        if (!read.Succeeded)
        {
            return new ProblemResult(read.Refusals);
        }

        var body = read.Value;
        var request = new ShareLinkRequest
        {
            TtlSeconds = body.Whole("ttlSeconds"),
            Label = body.Text("label"),
            Path = body.Text("path"),
            MaxUses = body.Whole("maxUses"),
            Bearer = body.Flag("bearer") ?? false,
        };
        body.RefuseOthers();
        var actor = context.Actor();
        var created = await links.CreateAsync(session, number, request, actor, body.Faults, cancellationToken);
        return created.Succeeded
            ? Results.Created($"/v1/share-links/{created.Value.Link.Id}", created.Value.Link.ToInfo(live, links, actor))
            : new ProblemResult(created.Refusals);
    }

    private static async Task<IResult> ChangeAsync(HttpContext context, string id, ShareLinkService links, LiveLinks live, CancellationToken cancellationToken)
    {
        var read = await JsonBody.ReadAsync(context.Request, cancellationToken);
        if (!read.Succeeded)
        {
            return new ProblemResult(read.Refusals);
        }

        var body = read.Value;
        var change = new ShareLinkChange
        {
            TtlSeconds = body.Whole("ttlSeconds"),
            ExpiresAt = body.Moment("expiresAt"),
            Label = body.Text("label"),
            Path = body.Text("path"),
            MaxUses = body.Whole("maxUses"),
        };
        body.RefuseOthers();
        var actor = context.Actor();
        var changed = await links.ChangeAsync(id, change, actor, body.Faults, cancellationToken);
        return changed.Succeeded ? Results.Ok(changed.Value.ToInfo(live, links, actor)) : new ProblemResult(changed.Refusals);
    }

    private static async Task<IResult> RevokeAsync(HttpContext context, string id, ShareLinkService links, CancellationToken cancellationToken)
    {
        var revoked = await links.RevokeAsync(id, context.Actor(), cancellationToken);
        return revoked.Succeeded ? Results.NoContent() : new ProblemResult(revoked.Refusals);
    }

    private static IResult Svg(HttpContext context, string id, ShareLinkService links) =>
        Draw(context, id, links, code => Results.Text(new SvgQRCode(code).GetGraphic(PixelsPerModule), "image/svg+xml"));

    private static IResult Png(HttpContext context, string id, ShareLinkService links) =>
        Draw(context, id, links, code => Results.Bytes(new PngByteQRCode(code).GetGraphic(PixelsPerModule), "image/png"));

    /// <summary>The picture is the link: it is for whoever may have it, and not to be kept.</summary>
    private static IResult Draw(HttpContext context, string id, ShareLinkService links, Func<QRCodeData, IResult> draw)
    {
        var found = links.FindToShow(id, context.Actor());
        if (!found.Succeeded)
        {
            return new ProblemResult(found.Refusals);
        }

        context.Response.Headers.CacheControl = "no-store";
        using var code = QRCodeGenerator.GenerateQrCode(links.UrlOf(found.Value.Token).AbsoluteUri, QRCodeGenerator.ECCLevel.M);
        return draw(code);
    }
}
