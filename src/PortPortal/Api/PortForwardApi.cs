using PortPortal.Auth;
using PortPortal.Engine.Common;
using PortPortal.Engine.Exposures.PortForwards;
using PortPortal.Engine.Sessions;
using PortPortal.Sdk;
using PortPortal.Wire;

namespace PortPortal.Api;

/// <summary><c>/v1/sessions/{id}/port-forwards</c>: raw TCP ports of a session, reachable at a public port of its node.</summary>
internal static class PortForwardApi
{
    public static void MapPortForwards(this RouteGroupBuilder v1)
    {
        var forwards = v1.MapGroup("/sessions/{session}/port-forwards").WithTags("Port forwards");
        forwards.MapGet("/", ListAsync).Produces<PortForwardInfo[]>();
        forwards.MapPost("/", OpenAsync).Produces<PortForwardInfo>(StatusCodes.Status201Created);
        forwards.MapPatch("/{forward}", ChangeAsync).Produces<PortForwardInfo>();
        forwards.MapDelete("/{forward}", CloseAsync).Produces(StatusCodes.Status204NoContent);
    }

    private static async Task<IResult> ListAsync(HttpContext context, string session, SessionService sessions, PortForwardFeed forwards, PortForwardMeter meter, CancellationToken cancellationToken)
    {
        var found = sessions.Find(session, context.Actor());
        if (!found.Succeeded)
        {
            return new ProblemResult(found.Refusals);
        }

        await meter.ReadAsync(cancellationToken);
        return Results.Ok(forwards.Of(found.Value.Id).OrderBy(forward => forward.CreatedAt).Select(forward => forward.ToInfo()));
    }

    private static async Task<IResult> OpenAsync(HttpContext context, string session, PortForwardService forwards, CancellationToken cancellationToken)
    {
        var read = await JsonBody.ReadAsync(context.Request, cancellationToken);
        if (!read.Succeeded)
        {
            return new ProblemResult(read.Refusals);
        }

        var body = read.Value;
        var request = new PortForwardRequest
        {
            GuestPort = body.RequiredPort("guestPort"),
            Protocol = body.Text("protocol"),
            Label = body.Text("label"),
            Sources = body.Texts("sources"),
            Knock = body.Flag("knock") ?? false,
            ExpiresAt = body.Moment("expiresAt"),
        };
        body.RefuseOthers();
        var opened = await forwards.OpenAsync(session, request, context.Actor(), body.Faults, cancellationToken);
        return opened.Succeeded
            ? Results.Created($"/v1/sessions/{opened.Value.SessionId}/port-forwards/{opened.Value.Id}", opened.Value.ToInfo())
            : new ProblemResult(opened.Refusals);
    }

    private static async Task<IResult> ChangeAsync(HttpContext context, string session, string forward, PortForwardService forwards, CancellationToken cancellationToken)
    {
        var read = await JsonBody.ReadAsync(context.Request, cancellationToken);
        if (!read.Succeeded)
        {
            return new ProblemResult(read.Refusals);
        }

        var body = read.Value;
        var change = new PortForwardChange
        {
            Label = body.Text("label"),
            NoLabel = body.IsNull("label"),
            Sources = body.IsNull("sources") ? [] : body.Texts("sources"),
            Knock = body.Flag("knock"),
            ExpiresAt = body.Moment("expiresAt"),
            NoEnd = body.IsNull("expiresAt"),
        };
        body.RefuseOthers();
        var changed = await forwards.ChangeAsync(session, forward, change, context.Actor(), body.Faults, cancellationToken);
        return changed.Succeeded ? Results.Ok(changed.Value.ToInfo()) : new ProblemResult(changed.Refusals);
    }

    private static async Task<IResult> CloseAsync(HttpContext context, string session, string forward, PortForwardService forwards, CancellationToken cancellationToken)
    {
        var closed = await forwards.CloseAsync(session, forward, context.Actor(), cancellationToken);
        return closed.Succeeded ? Results.NoContent() : new ProblemResult(closed.Refusals);
    }
}
