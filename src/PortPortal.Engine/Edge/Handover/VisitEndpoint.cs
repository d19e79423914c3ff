using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using PortPortal.Engine.Common;
using PortPortal.Engine.Edge.Pages;
using PortPortal.Engine.Edge.Routes;
using PortPortal.Engine.Exposures;

namespace PortPortal.Engine.Edge.Handover;

/// <summary>The portal's half of a sign-in for an app: who is signed in here gets a code to carry over.</summary>
internal static class VisitEndpoint
{
    public const string Path = "/visit";

    /// <remarks>Leave the policy at its default: whoever is not signed in is sent to the sign-in page and comes back here.</remarks>
    public static IEndpointConventionBuilder MapVisits(this IEndpointRouteBuilder portal) => portal.MapGet(Path, VisitAsync);

    private static Task VisitAsync(HttpContext context, string? host, string? state, EdgeRouteTable routes, VisitCodes codes, IVisitorAccounts accounts, PublicAddress address)
    {
        if (accounts.FindSignedIn(context.User) is not { } account)
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Task.CompletedTask;
        }

        if (!EdgeName.TryParse(host, out var name)
            || !VisitState.IsWellFormed(state ?? "")
            || routes.Find(ExposureHostname.TryParse(name.Host, address.BaseDomain)) is not { } route)
        {
            return PageWriter.WriteAsync(context, EdgePages.NotFound, address.PortalHost);
        }

        return codes.Issue(route.Exposure.Id, name.Host, state!, account.SignInId) is { } code
            ? PageWriter.RedirectAsync(context, EdgeEndpoints.EnterUrl(address, name.Host, code, state!))
            : PageWriter.WriteAsync(context, EdgePages.Draining, address.PortalHost);
    }
}
