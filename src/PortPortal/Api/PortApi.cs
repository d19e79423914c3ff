using System.Globalization;
using PortPortal.Auth;
using PortPortal.Engine.Common;
using PortPortal.Engine.Exposures;
using PortPortal.Engine.Sessions;
using PortPortal.Engine.ShareLinks;
using PortPortal.Sdk;
using PortPortal.Wire;

namespace PortPortal.Api;

/// <summary><c>/v1/sessions/{id}/ports</c>: what listens, what is exposed, expose, change, close.</summary>
internal static class PortApi
{
    public static void MapPorts(this RouteGroupBuilder v1)
    {
        var ports = v1.MapGroup("/sessions/{session}/ports").WithTags("Ports");
        ports.MapGet("/", List).Produces<PortList>();
        ports.MapPost("/", ExposeAsync).Produces<ExposedPortInfo>(StatusCodes.Status201Created).Produces<ExposedPortInfo>();
        ports.MapPatch("/{port}", ChangeAsync).Produces<ExposedPortInfo>();
        ports.MapPost("/{port}/pin", RotatePinAsync).Produces<ExposedPortInfo>();
        ports.MapDelete("/{port}", CloseAsync).Produces(StatusCodes.Status204NoContent);
    }

    /// <summary>One port as a body declares it; faults gather in the body.</summary>
    public static ExposeRequest ReadExpose(JsonBody body) => new()
    {
        Port = body.RequiredPort("port"),
        Protocol = body.Text("protocol"),
        Label = body.Text("label"),
        Name = body.Text("name"),
        Access = body.Text("access"),
        AllowedEmails = body.Texts("allowedEmails"),
        AllowedPeople = body.Texts("allowedPeople"),
        ExpiresAt = body.Moment("expiresAt"),
        CloseAfterIdle = body.Seconds("closeAfterIdleSeconds"),
    };

    private static IResult List(HttpContext context, string session, SessionService sessions, ExposureFeed exposures)
    {
        var found = sessions.Find(session, context.Actor());
        return found.Succeeded ? Results.Ok(found.Value.ToPortList(exposures.Of(found.Value.Id))) : new ProblemResult(found.Refusals);
    }

    private static async Task<IResult> ExposeAsync(HttpContext context, string session, ExposureService exposures, ExposurePins pins, ShareLinkService links, CancellationToken cancellationToken)
    {
        var read = await JsonBody.ReadAsync(context.Request, cancellationToken);
        if (!read.Succeeded)
        {
            return new ProblemResult(read.Refusals);
        }

        var request = ReadExpose(read.Value);
        read.Value.RefuseOthers();
        var exposed = await exposures.ExposeAsync(session, request, context.Actor(), read.Value.Faults, cancellationToken);
        return exposed switch
        {
            { Succeeded: false } => new ProblemResult(exposed.Refusals),
            { Value.Created: true } => Results.Created($"/v1/sessions/{exposed.Value.Exposure.SessionId}/ports/{request.Port}", exposed.Value.Exposure.ToInfo(pins, links)),
            _ => Results.Ok(exposed.Value.Exposure.ToInfo(pins, links)),
        };
    }

    private static async Task<IResult> ChangeAsync(HttpContext context, string session, string port, ExposureService exposures, ExposurePins pins, ShareLinkService links, CancellationToken cancellationToken)
    {
        if (ReadPort(port) is not { } number)
        {
            return InvalidPort();
        }

        var read = await JsonBody.ReadAsync(context.Request, cancellationToken);
        if (!read.Succeeded)
        {
            return new ProblemResult(read.Refusals);
        }

        var body = read.Value;
        var change = new ExposureChange
        {
            Label = body.Text("label"),
            Access = body.Text("access"),
            AllowedEmails = body.Texts("allowedEmails"),
            AllowedPeople = body.Texts("allowedPeople"),
            ExpiresAt = body.Moment("expiresAt"),
            NoEnd = body.IsNull("expiresAt"),
            CloseAfterIdle = body.Seconds("closeAfterIdleSeconds"),
            NeverIdle = body.IsNull("closeAfterIdleSeconds"),
        };
        body.RefuseOthers();
        var changed = await exposures.ChangeAsync(session, number, change, context.Actor(), body.Faults, cancellationToken);
        return changed.Succeeded ? Results.Ok(changed.Value.ToInfo(pins, links)) : new ProblemResult(changed.Refusals);
    }

    private static async Task<IResult> RotatePinAsync(HttpContext context, string session, string port, ExposureService exposures, ExposurePins pins, ShareLinkService links, CancellationToken cancellationToken)
    {
        if (ReadPort(port) is not { } number)
        {
            return InvalidPort();
        }

        var rotated = await exposures.RotatePinAsync(session, number, context.Actor(), cancellationToken);
        return rotated.Succeeded ? Results.Ok(rotated.Value.ToInfo(pins, links)) : new ProblemResult(rotated.Refusals);
    }

    private static async Task<IResult> CloseAsync(HttpContext context, string session, string port, ExposureService exposures, CancellationToken cancellationToken)
    {
        if (ReadPort(port) is not { } number)
        {
            return InvalidPort();
        }

        var closed = await exposures.CloseAsync(session, number, context.Actor(), cancellationToken);
        return closed.Succeeded ? Results.NoContent() : new ProblemResult(closed.Refusals);
    }

    public static int? ReadPort(string port) => int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= 65535 ? number : null;

    public static ProblemResult InvalidPort() =>
        new(Refusal.Invalid("port", "port is invalid: a port is a whole number from 1 to 65535.", RefusalCodes.InvalidPort));
}
