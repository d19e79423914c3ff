using PortPortal.Auth;
using PortPortal.Engine.Common;
using PortPortal.Engine.Exposures.AccessRequests;
using PortPortal.Sdk;
using PortPortal.Wire;

namespace PortPortal.Api;

/// <summary><c>/v1/access-requests</c>: who asks to come in, and the owner's answers.</summary>
internal static class AccessRequestApi
{
    private static readonly string[] States = ["open", "approved", "refused"];

    public static void MapAccessRequests(this RouteGroupBuilder v1)
    {
        var requests = v1.MapGroup("/access-requests").WithTags("Access requests");
        requests.MapGet("/", List).Produces<AccessRequestInfo[]>();
        requests.MapPost("/{id}/approve", ApproveAsync).Produces<AccessRequestInfo>();
        requests.MapPost("/{id}/refuse", RefuseAsync).Produces<AccessRequestInfo>();
    }

    private static IResult List(HttpContext context, string? state, AccessRequestService requests)
    {
        if (state is not null && !States.Contains(state))
        {
            return new ProblemResult(Refusal.Invalid("state", $"state is one of {string.Join(", ", States)}."));
        }

        return Results.Ok(requests.List(context.Actor()).Select(request => request.ToInfo()).Where(request => state is null || request.State == state));
    }

    private static async Task<IResult> ApproveAsync(HttpContext context, string id, AccessRequestService requests, CancellationToken cancellationToken)
    {
        var read = await JsonBody.ReadAsync(context.Request, cancellationToken);
        if (!read.Succeeded)
        {
            return new ProblemResult(read.Refusals);
        }

        var seconds = read.Value.Int("seconds");
        read.Value.RefuseOthers();
        return Answer(await requests.ApproveAsync(id, seconds is { } life ? TimeSpan.FromSeconds(life) : null, context.Actor(), read.Value.Faults, cancellationToken));
    }

    private static async Task<IResult> RefuseAsync(HttpContext context, string id, AccessRequestService requests, CancellationToken cancellationToken) =>
        Answer(await requests.RefuseAsync(id, context.Actor(), cancellationToken));

    private static IResult Answer(Outcome<AccessRequestStatus> outcome) => outcome.Succeeded ? Results.Ok(outcome.Value.ToInfo()) : new ProblemResult(outcome.Refusals);
}
