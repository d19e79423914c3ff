using System.Text.Json.Serialization;
using PortPortal.Auth;
using PortPortal.Engine.Common;
using PortPortal.Engine.Exposures.PortForwards;
using PortPortal.Engine.Sessions;

namespace PortPortal.Api.Compatibility;

/// <summary>Firecase's own calls, in its own spelling: <c>/instances/{id}/port-forwards</c>, with and without <c>/v1</c>.</summary>
internal static class FirecaseApi
{
    public static void MapFirecase(this RouteGroupBuilder calls)
    {
        var forwards = calls.MapGroup("/instances/{instance}/port-forwards").WithTags("Firecase");
        forwards.MapGet("/", List).Produces<FirecaseForwards>();
        forwards.MapPost("/", OpenAsync).Produces<FirecaseAnswer>(StatusCodes.Status201Created);
        forwards.MapDelete("/{forward}", CloseAsync).Produces(StatusCodes.Status204NoContent);
    }

    private static IResult List(HttpContext context, string instance, SessionService sessions, PortForwardFeed forwards)
    {
        var found = sessions.Find(instance, context.Actor());
        return found.Succeeded
            ? Results.Ok(new FirecaseForwards([.. forwards.Of(found.Value.Id).OrderBy(forward => forward.CreatedAt).Select(FirecaseForward.Of)]))
            : new ProblemResult(found.Refusals);
    }

    private static async Task<IResult> OpenAsync(HttpContext context, string instance, PortForwardService forwards, CancellationToken cancellationToken)
    {
        var read = await JsonBody.ReadAsync(context.Request, cancellationToken);
        if (!read.Succeeded)
        {
            return new ProblemResult(read.Refusals);
        }

        var body = read.Value;
        const string GuestPort = "guest_port";
        var request = new PortForwardRequest { GuestPort = body.RequiredPort(GuestPort), GuestPortField = GuestPort, Protocol = body.Text("protocol"), Label = body.Text("label") };
        body.RefuseOthers();
        var opened = await forwards.OpenAsync(instance, request, context.Actor(), body.Faults, cancellationToken);
        return opened.Succeeded
            ? Results.Json(new FirecaseAnswer(FirecaseForward.Of(opened.Value), opened.Value.Host), statusCode: StatusCodes.Status201Created)
            : new ProblemResult(opened.Refusals);
    }

    private static async Task<IResult> CloseAsync(HttpContext context, string instance, string forward, PortForwardService forwards, CancellationToken cancellationToken)
    {
        var closed = await forwards.CloseAsync(instance, forward, context.Actor(), cancellationToken);
        return closed switch
        {
            { Succeeded: false } => new ProblemResult(closed.Refusals),
            { Value: false } => new ProblemResult(Refusal.NotFound("port forward")),
            _ => Results.NoContent(),
        };
    }

    private sealed record FirecaseAnswer(
        [property: JsonPropertyName("port_forward")] FirecaseForward PortForward,
        [property: JsonPropertyName("hostname")] string Hostname);

    private sealed record FirecaseForwards([property: JsonPropertyName("port_forwards")] IReadOnlyList<FirecaseForward> PortForwards);

    private sealed record FirecaseForward
    {
        [JsonPropertyName("id")]
        public required string Id { get; init; }

        [JsonPropertyName("instance_id")]
        public required string InstanceId { get; init; }

        [JsonPropertyName("guest_port")]
        public required int GuestPort { get; init; }

        [JsonPropertyName("host_port")]
        public required int HostPort { get; init; }

        [JsonPropertyName("protocol")]
        public string Protocol { get; init; } = "tcp";

        [JsonPropertyName("label")]
        public string? Label { get; init; }

        public static FirecaseForward Of(PortForwardStatus forward) => new()
        {
            Id = forward.Id,
            InstanceId = forward.SessionId,
            GuestPort = forward.GuestPort,
            HostPort = forward.PublicPort,
            Label = forward.Label,
        };
    }
}
