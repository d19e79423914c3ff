using PortPortal.Auth;
using PortPortal.Engine.Accounts;
using PortPortal.Engine.Common;
using PortPortal.Sdk;
using PortPortal.Wire;

namespace PortPortal.Api;

/// <summary><c>/v1/users</c>: who may sign in and with which rights; for admins.</summary>
internal static class UserApi
{
    public static void MapUsers(this RouteGroupBuilder v1)
    {
        var users = v1.MapGroup("/users").WithTags("Users").RequireAuthorization(Policies.Admin);
        users.MapGet("/", List).Produces<UserInfo[]>();
        users.MapPost("/", InviteAsync).Produces<UserInfo>(StatusCodes.Status201Created);
        users.MapGet("/{id}", Get).Produces<UserInfo>();
        users.MapPut("/{id}", ChangeAsync).Produces<UserInfo>();
        users.MapPost("/{id}/link", MakeLinkAsync).Produces<UserInfo>(StatusCodes.Status201Created);
        users.MapDelete("/{id}", RemoveAsync).Produces(StatusCodes.Status204NoContent);
    }

    private static IResult List(HttpContext context, UserService users) => Results.Ok(users.List(context.Actor()).Select(account => account.ToInfo()));

    private static IResult Get(HttpContext context, string id, UserService users) =>
        users.List(context.Actor()).FirstOrDefault(account => account.Id == id) is { } account ? Results.Ok(account.ToInfo()) : new ProblemResult(Refusal.NotFound("account"));

    private static async Task<IResult> InviteAsync(HttpContext context, Invitations invitations, CancellationToken cancellationToken)
    {
        var read = await JsonBody.ReadAsync(context.Request, cancellationToken);
        if (!read.Succeeded)
        {
            return new ProblemResult(read.Refusals);
        }

        var body = read.Value;
        var request = new InvitationRequest(body.Text("name"), body.Text("email"), body.Role());
        body.RefuseOthers();
        return Answer(await invitations.InviteAsync(request, context.Actor(), body.Faults, cancellationToken));
    }

    private static async Task<IResult> ChangeAsync(HttpContext context, string id, UserService users, CancellationToken cancellationToken)
    {
        var read = await JsonBody.ReadAsync(context.Request, cancellationToken);
        if (!read.Succeeded)
        {
            return new ProblemResult(read.Refusals);
        }

        var body = read.Value;
        var change = new UserChange(body.Text("name"), body.Role(), body.Flag("disabled"));
        body.RefuseOthers();
        var changed = await users.ChangeAsync(id, change, context.Actor(), body.Faults, cancellationToken);
        return changed.Succeeded ? Results.Ok(changed.Value.ToInfo()) : new ProblemResult(changed.Refusals);
    }

    private static async Task<IResult> MakeLinkAsync(HttpContext context, string id, Invitations invitations, CancellationToken cancellationToken) =>
        Answer(await invitations.InviteAgainAsync(id, context.Actor(), cancellationToken));

    private static async Task<IResult> RemoveAsync(HttpContext context, string id, UserService users, CancellationToken cancellationToken)
    {
        var removed = await users.RemoveAsync(id, context.Actor(), cancellationToken);
        return removed.Succeeded ? Results.NoContent() : new ProblemResult(removed.Refusals);
    }

    private static IResult Answer(Outcome<Invitation> invited) => invited.Succeeded
        ? Results.Created($"/v1/users/{invited.Value.Account.Id}", invited.Value.ToInfo())
        : new ProblemResult(invited.Refusals);
}
