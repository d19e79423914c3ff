using PortPortal.Auth;
using PortPortal.Engine.Common;
using PortPortal.Engine.Exposures;
using PortPortal.Engine.Profiles;
using PortPortal.Engine.Sessions;
using PortPortal.Wire;

namespace PortPortal.Api.Compatibility;

/// <summary><c>/v1/sandboxes</c>: PandaStack's and Runra's own calls, in their own spelling.</summary>
/// <remarks>A port opened here is public where nothing else is said, as both systems have it, unless the limits are narrower.</remarks>
internal static class SandboxApi
{
    private const string DefaultLabel = "service";
    private const int Ssh = 22;
    private const int MostAtOnce = 100;

    public static void MapSandboxes(this RouteGroupBuilder v1)
    {
        var sandboxes = v1.MapGroup("/sandboxes").WithTags("PandaStack and Runra");
        sandboxes.MapGet("/", List).Produces<SandboxPage>();
        sandboxes.MapGet("/{sandbox}", Get).Produces<Sandbox>();
        sandboxes.MapDelete("/{sandbox}", EndAsync).Produces(StatusCodes.Status204NoContent);
        sandboxes.MapPost("/{sandbox}/pause", PauseAsync).Produces<Sandbox>();
        sandboxes.MapPost("/{sandbox}/resume", ResumeAsync).Produces<Sandbox>();
        sandboxes.MapGet("/{sandbox}/ports", ListPorts).Produces<SandboxPorts>();
        sandboxes.MapPost("/{sandbox}/ports", ExposeAsync).Produces<SandboxPort>(StatusCodes.Status201Created);
        sandboxes.MapDelete("/{sandbox}/ports/{port}", CloseAsync).Produces(StatusCodes.Status204NoContent);
    }

    private static IResult List(HttpContext context, int? limit, int? offset, SessionFeed feed, SessionService sessions)
    {
        if (limit is < 1 or > MostAtOnce || offset < 0)
        {
            return new ProblemResult(Refusal.Invalid("limit", $"limit is 1 to {MostAtOnce}, and offset is not negative."));
        }

        var actor = context.Actor();
        var all = feed.Items.Values.Where(session => !session.IsThisMachine && sessions.MaySee(session, actor)).OrderBy(session => session.CreatedAt).ThenBy(session => session.Id, StringComparer.Ordinal).ToList();
        var (take, skip) = (limit ?? MostAtOnce, offset ?? 0);
        return Results.Ok(new SandboxPage(
            [.. all.Skip(skip).Take(take).Select(Sandbox.Of)],
            new Pagination(all.Count, take, skip, skip + take < all.Count)));
    }

    private static IResult Get(HttpContext context, string sandbox, SessionService sessions) => Answer(sessions.Find(sandbox, context.Actor()));

    private static async Task<IResult> PauseAsync(HttpContext context, string sandbox, SessionService sessions, CancellationToken cancellationToken) =>
        Answer(await sessions.PauseAsync(sandbox, context.Actor(), cancellationToken));

    private static async Task<IResult> ResumeAsync(HttpContext context, string sandbox, SessionService sessions, CancellationToken cancellationToken) =>
        Answer(await sessions.ResumeAsync(sandbox, context.Actor(), cancellationToken));

    private static async Task<IResult> EndAsync(HttpContext context, string sandbox, SessionEnding ending, CancellationToken cancellationToken)
    {
        var ended = await ending.EndAsync(sandbox, context.Actor(), cancellationToken);
        return ended.Succeeded ? Results.NoContent() : new ProblemResult(ended.Refusals);
    }

    /// <summary>Every listening socket that is seen, and every exposed port; 22 is hidden.</summary>
    private static IResult ListPorts(HttpContext context, string sandbox, SessionService sessions, ExposureFeed exposures)
    {
        var found = sessions.Find(sandbox, context.Actor());
        return found.Succeeded
            ? Results.Ok(new SandboxPorts([.. found.Value.ToPortList(exposures.Of(found.Value.Id)).Ports.Select(port => SandboxPort.Of(port, found.Value.Id))]))
            : new ProblemResult(found.Refusals);
    }

    private static async Task<IResult> ExposeAsync(HttpContext context, string sandbox, SessionService sessions, ExposureService exposures, ProfileBook profiles, CancellationToken cancellationToken)
    {
        var read = await JsonBody.ReadAsync(context.Request, cancellationToken);
        if (!read.Succeeded)
        {
            return new ProblemResult(read.Refusals);
        }

        var body = read.Value;
        var request = new ExposeRequest { Port = body.RequiredPort("port"), Label = body.Text("label") ?? DefaultLabel };
        body.RefuseOthers();
        if (request.Port == Ssh)
        {
            body.Faults.Add(new Refusal(400, RefusalCodes.ReservedPort, "port 22 is reserved: use SSH forwarding (ssh -L or -J) instead.", "port"));
        }

        var found = sessions.FindToChange(sandbox, context.Actor());
        if (!found.Succeeded)
        {
            return new ProblemResult(found.Refusals);
        }

        request = request with { Access = profiles.Of(found.Value.Profile).WidestAccess == Engine.Access.AccessMode.Public ? "public" : "sso" };
        var exposed = await exposures.ExposeAsync(found.Value.Id, request, context.Actor(), body.Faults, cancellationToken);
        return exposed.Succeeded
            ? Results.Json(SandboxPort.Of(exposed.Value.Exposure), statusCode: StatusCodes.Status201Created)
            : new ProblemResult(exposed.Refusals);
    }

    private static async Task<IResult> CloseAsync(HttpContext context, string sandbox, string port, ExposureService exposures, CancellationToken cancellationToken)
    {
        if (PortApi.ReadPort(port) is not { } number)
        {
            return PortApi.InvalidPort();
        }

        var closed = await exposures.CloseAsync(sandbox, number, context.Actor(), cancellationToken);
        return closed.Succeeded ? Results.NoContent() : new ProblemResult(closed.Refusals);
    }

    private static IResult Answer(Outcome<SessionStatus> outcome) => outcome.Succeeded ? Results.Ok(Sandbox.Of(outcome.Value)) : new ProblemResult(outcome.Refusals);
}
