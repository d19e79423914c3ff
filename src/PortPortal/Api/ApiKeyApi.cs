using PortPortal.Auth;
using PortPortal.Engine.Accounts;
using PortPortal.Engine.Common;
using PortPortal.Wire;
using KeyInfo = PortPortal.Sdk.ApiKeyInfo;

namespace PortPortal.Api;

/// <summary><c>/v1/api-keys</c>: make, list and revoke keys for scripts; everyone their own, admins all.</summary>
internal static class ApiKeyApi
{
    public static void MapApiKeys(this RouteGroupBuilder v1)
    {
        var keys = v1.MapGroup("/api-keys").WithTags("API keys").AllowViewersToChange();
        keys.MapGet("/", List).Produces<KeyInfo[]>();
        keys.MapPost("/", CreateAsync).Produces<KeyInfo>(StatusCodes.Status201Created);
        keys.MapPost("/{id}/rotate", RotateAsync).Produces<KeyInfo>(StatusCodes.Status201Created);
        keys.MapDelete("/{id}", RevokeAsync).Produces(StatusCodes.Status204NoContent);
    }

    private static IResult List(HttpContext context, ApiKeyService keys) => Results.Ok(keys.List(context.Actor()).Select(key => key.ToInfo()));

    private static async Task<IResult> CreateAsync(HttpContext context, ApiKeyService keys, CancellationToken cancellationToken)
    {
        var read = await JsonBody.ReadAsync(context.Request, cancellationToken);
        if (!read.Succeeded)
        {
            return new ProblemResult(read.Refusals);
        }

        var body = read.Value;
        var request = new ApiKeyRequest(body.Text("name"), body.Role(), body.Moment("expiresAt"));
        body.RefuseOthers();
        return Answer(await keys.CreateAsync(request, context.Actor(), body.Faults, cancellationToken));
    }

    private static async Task<IResult> RotateAsync(HttpContext context, string id, ApiKeyService keys, CancellationToken cancellationToken) =>
        Answer(await keys.RotateAsync(id, context.Actor(), cancellationToken));

    private static IResult Answer(Outcome<NewApiKey> made) => made.Succeeded
        ? Results.Created($"/v1/api-keys/{made.Value.Info.Id}", made.Value.Info.ToInfo() with { Key = made.Value.Text })
        : new ProblemResult(made.Refusals);

    private static async Task<IResult> RevokeAsync(HttpContext context, string id, ApiKeyService keys, CancellationToken cancellationToken)
    {
        var revoked = await keys.RevokeAsync(id, context.Actor(), cancellationToken);
        return revoked.Succeeded ? Results.NoContent() : new ProblemResult(revoked.Refusals);
    }
}
