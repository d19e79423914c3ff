using PortPortal.Auth;
using PortPortal.Engine.Common;
using PortPortal.Engine.Exposures;
using PortPortal.Engine.Sessions;
using PortPortal.Engine.ShareLinks;
using PortPortal.Sdk;
using PortPortal.Wire;

namespace PortPortal.Api;

/// <summary><c>/v1/sessions</c>: register, look, change, pause, resume, end.</summary>
internal static class SessionApi
{
    private static readonly string[] States = ["starting", "running", "paused", "terminated"];

    public static void MapSessions(this RouteGroupBuilder v1)
    {
        var sessions = v1.MapGroup("/sessions").WithTags("Sessions");
        sessions.MapPost("/", RegisterAsync).Produces<SessionInfo>(StatusCodes.Status201Created);
        sessions.MapGet("/", List).Produces<SessionInfo[]>();
        sessions.MapGet("/{session}", Get).Produces<SessionInfo>();
        sessions.MapPatch("/{session}", ChangeAsync).Produces<SessionInfo>();
        sessions.MapDelete("/{session}", EndAsync).Produces(StatusCodes.Status204NoContent);
        sessions.MapPost("/{session}/pause", PauseAsync).Produces<SessionInfo>();
        sessions.MapPost("/{session}/stop", PauseAsync).Produces<SessionInfo>();
        sessions.MapPost("/{session}/resume", ResumeAsync).Produces<SessionInfo>();
        sessions.MapPost("/{session}/start", ResumeAsync).Produces<SessionInfo>();
    }

    /// <summary>Unknown members are ignored here, and nowhere else: an agent's whole daemon configuration may be sent as it is.</summary>
    private static async Task<IResult> RegisterAsync(HttpContext context, SessionRegistration registration, ExposureFeed exposures, CancellationToken cancellationToken)
    {
        var read = await JsonBody.ReadAsync(context.Request, cancellationToken);
        if (!read.Succeeded)
        {
            return new ProblemResult(read.Refusals);
        }

        var body = read.Value;
        var network = body.Object("network");
        var request = new SessionRequest
        {
            Name = body.Text("name"),
            Address = body.Text("address"),
            Node = body.Text("node"),
            Profile = body.Text("profile"),
            ExpiresAt = body.Moment("expiresAt"),
            AllowPorts = network?.Object("ingress")?.Ints("allowPorts") ?? [],
        };
        var declared = network?.Objects("expose").Select(PortApi.ReadExpose).ToList() ?? [];
        var registered = await registration.RegisterAsync(request, declared, context.Actor(), body.Faults, cancellationToken);
        return registered.Succeeded
            ? Results.Created($"/v1/sessions/{registered.Value.Id}", registered.Value.ToInfo(exposures.Of(registered.Value.Id)))
            : new ProblemResult(registered.Refusals);
    }

    private static IResult List(HttpContext context, string? state, SessionFeed feed, SessionService sessions, ExposureFeed exposures)
    {
        if (state is not null && !States.Contains(state))
        {
            return new ProblemResult(Refusal.Invalid("state", $"state is one of {string.Join(", ", States)}."));
        }

        var actor = context.Actor();
        var open = exposures.Items.Values.ToLookup(exposure => exposure.SessionId);
        return Results.Ok(feed.Items.Values
            .Where(session => sessions.MaySee(session, actor))
            .OrderBy(session => session.CreatedAt)
            .Select(session => session.ToInfo(open[session.Id]))
            .Where(session => state is null || session.State == state));
    }

    private static IResult Get(HttpContext context, string session, SessionService sessions, ExposureFeed exposures, ExposurePins pins, ShareLinkService links)
    {
        var found = sessions.Find(session, context.Actor());
        if (!found.Succeeded)
        {
            return new ProblemResult(found.Refusals);
        }

        var open = exposures.Of(found.Value.Id).OrderBy(exposure => exposure.Port).ToList();
        var mayChange = sessions.CheckMayChange(found.Value, context.Actor()) is null;
        return Results.Ok(found.Value.ToInfo(open) with { ExposedPorts = [.. open.Select(exposure => mayChange ? exposure.ToInfo(pins, links) : exposure.ToInfo())] });
    }

    private static async Task<IResult> ChangeAsync(HttpContext context, string session, SessionService sessions, ExposureFeed exposures, CancellationToken cancellationToken)
    {
        var read = await JsonBody.ReadAsync(context.Request, cancellationToken);
        if (!read.Succeeded)
        {
            return new ProblemResult(read.Refusals);
        }

        var body = read.Value;
        var change = new SessionChange { ExpiresAt = body.Moment("expiresAt"), NoEnd = body.IsNull("expiresAt") };
        body.RefuseOthers();
        return Answer(await sessions.ChangeAsync(session, change, context.Actor(), body.Faults, cancellationToken), exposures);
    }

    private static async Task<IResult> EndAsync(HttpContext context, string session, SessionEnding ending, CancellationToken cancellationToken)
    {
        var ended = await ending.EndAsync(session, context.Actor(), cancellationToken);
        return ended.Succeeded ? Results.NoContent() : new ProblemResult(ended.Refusals);
    }

    private static async Task<IResult> PauseAsync(HttpContext context, string session, SessionService sessions, ExposureFeed exposures, CancellationToken cancellationToken) =>
        Answer(await sessions.PauseAsync(session, context.Actor(), cancellationToken), exposures);

    private static async Task<IResult> ResumeAsync(HttpContext context, string session, SessionService sessions, ExposureFeed exposures, CancellationToken cancellationToken) =>
        Answer(await sessions.ResumeAsync(session, context.Actor(), cancellationToken), exposures);

    private static IResult Answer(Outcome<SessionStatus> outcome, ExposureFeed exposures) =>
        outcome.Succeeded ? Results.Ok(outcome.Value.ToInfo(exposures.Of(outcome.Value.Id))) : new ProblemResult(outcome.Refusals);
}
