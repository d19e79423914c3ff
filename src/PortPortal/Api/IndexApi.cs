using PortPortal.Auth;
using PortPortal.Engine.Common;
using PortPortal.Engine.Exposures;
using PortPortal.Engine.Sessions;

namespace PortPortal.Api;

/// <summary>What programs get at the bare base domain: the sessions the asker may see, and where their endpoints are; browsers are sent to the portal.</summary>
/// <remarks>The shape is moat's index.</remarks>
internal static class IndexApi
{
    public static void MapIndex(this IEndpointRouteBuilder app) => app.MapGet("/v1/agents", List).AllowAnonymous().ExcludeFromDescription();

    private static IResult List(HttpContext context, SessionFeed feed, SessionService sessions, ExposureFeed exposures, PublicAddress address)
    {
        context.Response.Headers.CacheControl = "no-store";
        var open = exposures.Items.Values.ToLookup(exposure => exposure.SessionId);
        var seen = context.FindActor() is { } actor ? feed.Items.Values.Where(session => session.EndedAt is null && sessions.MaySee(session, actor)) : [];
        return Results.Ok(new { agents = seen.OrderBy(session => session.Name, StringComparer.Ordinal).Select(session => Agent(session, open[session.Id], address)) });
    }

    private static object Agent(SessionStatus session, IEnumerable<ExposureStatus> open, PublicAddress address) => new
    {
        name = session.Name,
        base_url = $"https://{session.Name}.{address.BaseDomain}{(address.Port == 443 ? "" : $":{address.Port}")}",
        endpoints = open.OrderBy(exposure => exposure.Port).Select(exposure => new { name = exposure.Label ?? $"{exposure.Port}", url = exposure.Url }),
    };
}
