using System.Globalization;
using PortPortal.Auth;
using PortPortal.Engine.Common;
using PortPortal.Engine.Edge.Traffic;
using PortPortal.Engine.Revocations;
using PortPortal.Sdk;
using PortPortal.Wire;

namespace PortPortal.Api;

/// <summary><c>…/ports/{port}/connections</c> and <c>…/kept-out</c>: who is there, disconnect, keep out, let back.</summary>
internal static class ConnectionApi
{
    public static void MapConnections(this RouteGroupBuilder v1)
    {
        var port = v1.MapGroup("/sessions/{session}/ports/{port}").WithTags("Connections");
        port.MapGet("/connections", List).Produces<ConnectionList>();
        port.MapDelete("/connections", DisconnectAllAsync).Produces<DisconnectedInfo>();
        port.MapDelete("/connections/{id}", DisconnectAsync).Produces(StatusCodes.Status204NoContent);
        port.MapGet("/kept-out", ListKeptOut).Produces<KeptOutList>();
        port.MapPost("/kept-out", KeepOutAsync).Produces<KeptOutInfo>(StatusCodes.Status201Created);
        port.MapDelete("/kept-out/{id}", LetBackAsync).Produces(StatusCodes.Status204NoContent);
    }

    private static IResult List(HttpContext context, string session, string port, VisitorService visitors)
    {
        if (PortApi.ReadPort(port) is not { } number)
        {
            return PortApi.InvalidPort();
        }

        var found = visitors.List(session, number, context.Actor());
        return found.Succeeded ? Results.Ok(new ConnectionList { Connections = [.. found.Value.Select(visitor => visitor.ToInfo())] }) : new ProblemResult(found.Refusals);
    }

    private static async Task<IResult> DisconnectAllAsync(HttpContext context, string session, string port, VisitorService visitors, CancellationToken cancellationToken)
    {
        if (PortApi.ReadPort(port) is not { } number)
        {
            return PortApi.InvalidPort();
        }

        var done = await visitors.DisconnectAllAsync(session, number, context.Actor(), cancellationToken);
        return done.Succeeded ? Results.Ok(new DisconnectedInfo { Disconnected = done.Value }) : new ProblemResult(done.Refusals);
    }

    /// <param name="keepOut"><c>true</c>: they are not let in again.</param>
    /// <param name="until">The end of that; left out, it lasts until it is lifted.</param>
    private static async Task<IResult> DisconnectAsync(HttpContext context, string session, string port, string id, string? keepOut, string? until, VisitorService visitors, CancellationToken cancellationToken)
    {
        if (PortApi.ReadPort(port) is not { } number)
        {
            return PortApi.InvalidPort();
        }

        var faults = new Faults();
        var done = await visitors.DisconnectAsync(session, number, id, ReadKeepOut(keepOut, until, faults), context.Actor(), faults, cancellationToken);
        return done.Succeeded ? Results.NoContent() : new ProblemResult(done.Refusals);
    }

    private static IResult ListKeptOut(HttpContext context, string session, string port, RevocationService revocations)
    {
        if (PortApi.ReadPort(port) is not { } number)
        {
            return PortApi.InvalidPort();
        }

        var found = revocations.List(session, number, context.Actor());
        return found.Succeeded ? Results.Ok(new KeptOutList { KeptOut = [.. found.Value.Select(person => person.ToInfo())] }) : new ProblemResult(found.Refusals);
    }

    private static async Task<IResult> KeepOutAsync(HttpContext context, string session, string port, RevocationService revocations, CancellationToken cancellationToken)
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
        var request = new KeepOutRequest
        {
            Email = body.Text("email"),
            UserId = body.Text("userId"),
            Address = body.Text("address"),
            Until = body.Moment("until"),
        };
        body.RefuseOthers();
        var kept = await revocations.KeepOutAsync(session, number, request, context.Actor(), body.Faults, cancellationToken);
        return kept.Succeeded
            ? Results.Created($"/v1/sessions/{session}/ports/{number}/kept-out/{kept.Value.Id}", kept.Value.ToInfo())
            : new ProblemResult(kept.Refusals);
    }

    private static async Task<IResult> LetBackAsync(HttpContext context, string session, string port, string id, RevocationService revocations, CancellationToken cancellationToken)
    {
        if (PortApi.ReadPort(port) is not { } number)
        {
            return PortApi.InvalidPort();
        }

        var done = await revocations.LetBackAsync(session, number, id, context.Actor(), cancellationToken);
        return done.Succeeded ? Results.NoContent() : new ProblemResult(done.Refusals);
    }

    private static KeepOut? ReadKeepOut(string? keepOut, string? until, Faults faults)
    {
        if (keepOut is not (null or "true" or "false"))
        {
            faults.Add(Refusal.Invalid("keepOut", "keepOut is true or false."));
        }

        DateTimeOffset? end = null;
        if (until is not null)
        {
            if (keepOut != "true")
            {
                faults.Add(Refusal.Invalid("until", "until goes with keepOut=true."));
            }

            if (DateTimeOffset.TryParse(until, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment))
            {
                end = moment;
            }
            else
            {
                faults.Add(Refusal.Invalid("until", "until is a moment in RFC 3339, such as 2030-01-31T12:00:00Z."));
            }
        }

        return keepOut == "true" ? new(end) : null;
    }
}
