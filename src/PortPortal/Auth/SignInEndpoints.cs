using PortPortal.Engine.Accounts;

namespace PortPortal.Auth;

/// <summary>The parts of signing in and out that are no pages.</summary>
internal static class SignInEndpoints
{
    public static void MapSignIn(this IEndpointRouteBuilder app) =>
        app.MapPost("/sign-out", SignOutAsync).AllowAnonymous().ExcludeFromDescription();

    /// <remarks>Needs no token: a form of another site does not get past <see cref="PortalDefences"/>.</remarks>
    private static async Task<IResult> SignOutAsync(HttpContext context, CancellationToken cancellationToken)
    {
        await PortalCookie.SignOutAsync(context, cancellationToken);
        context.Response.Headers["Clear-Site-Data"] = "\"cache\", \"storage\"";
        return Results.LocalRedirect("/sign-in?out");
    }
}
