using PortPortal.Engine.Common;

namespace PortPortal.Api;

/// <summary>Gives a body to what routing refuses by a bare status: no such call, or not with that method.</summary>
internal static class ApiProblems
{
    private static readonly PathString[] Api = ["/v1", "/instances"];

    public static void UseApiProblems(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        await next(context);
        var isCall = Api.Any(path => context.Request.Path.StartsWithSegments(path, StringComparison.Ordinal));
        if (isCall && !context.Response.HasStarted && Of(context.Response) is { } refusal)
        {
            await new ProblemResult(refusal).ExecuteAsync(context);
        }
    });

    private static Refusal? Of(HttpResponse response) => response.StatusCode switch
    {
        StatusCodes.Status404NotFound => Refusal.NotFound("call"),
        StatusCodes.Status405MethodNotAllowed => new Refusal(405, RefusalCodes.MethodNotAllowed, $"This address takes {response.Headers.Allow}."),
        _ => null,
    };
}
