using PortPortal.Auth;
using PortPortal.Engine.Common;
using PortPortal.Engine.Exposures;
using PortPortal.Engine.Sessions;
using PortPortal.Sdk;
using PortPortal.Wire;

namespace PortPortal.Api;

/// <summary><c>GET /v1/sessions/{id}/ports/{port}/health</c>: asks the app now, and tells every step on the way to it.</summary>
internal static class PortHealthApi
{
    public static void MapPortHealth(this RouteGroupBuilder v1) =>
        v1.MapGet("/sessions/{session}/ports/{port}/health", CheckAsync).WithTags("Ports").Produces<HealthInfo>();

    private static async Task<IResult> CheckAsync(HttpContext context, string session, string port, SessionService sessions, ExposureFeed exposures, HealthCheck check, CancellationToken cancellationToken)
    {
        if (PortApi.ReadPort(port) is not { } number)
        {
            return PortApi.InvalidPort();
        }

        var found = sessions.Find(session, context.Actor());
        if (!found.Succeeded)
        {
            return new ProblemResult(found.Refusals);
        }

        if (exposures.Find(found.Value.Id, number) is not { } exposure)
        {
            return new ProblemResult(Refusal.NotFound("exposed port"));
        }

        var (status, health) = await check.CheckAsync(exposure, cancellationToken);
        return Results.Ok(new HealthInfo { Healthy = status is not null && health.IsHealthy, Status = status, Reason = health.FirstFault?.Reason, Steps = health.ToInfo() });
    }
}
