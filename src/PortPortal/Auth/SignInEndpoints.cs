using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using PortPortal.Auth.OpenIdConnect;
using PortPortal.Auth.Passkeys;
using PortPortal.Engine.Accounts;

namespace PortPortal.Auth;

/// <summary>The parts of signing in and out that are no pages.</summary>
internal static class SignInEndpoints
{
    public static void MapSignIn(this IEndpointRouteBuilder app)
    {
        app.MapPasskeys();
        app.MapPost("/sign-out", SignOutAsync).AllowAnonymous().ExcludeFromDescription();
        app.MapGet("/sign-in/provider", AskProvider).AllowAnonymous().ExcludeFromDescription();
        app.MapGet("/sign-in/trial", TryProvider).RequireAuthorization(Policies.Admin).ExcludeFromDescription();
        app.MapGet("/signout-callback-oidc", () => Results.LocalRedirect("/sign-in?out")).AllowAnonymous().ExcludeFromDescription();
    }

    /// <remarks>A link, not a form: form-action would have to name every host that the provider redirects to.</remarks>
    private static async Task<IResult> AskProvider(HttpContext context, [Microsoft.AspNetCore.Mvc.FromQuery(Name = "return")] string? back, IOptionsMonitor<OidcOptions> oidc)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (!oidc.CurrentValue.IsConfigured)
        {
            return Results.NotFound();
        }

        try
        {
            await context.ChallengeAsync(OpenIdConnectOptions.DefaultScheme, new() { RedirectUri = LocalReturn.PathOrHome(back) });
            return Results.Empty;
        }
        catch (ProviderException)
        {
            return Results.LocalRedirect("/sign-in?problem=unreachable");
        }
    }

    /// <summary>Goes through a whole sign-in and shows what came back; whoever asked stays signed in as who they are.</summary>
    private static async Task<IResult> TryProvider(HttpContext context, IOptionsMonitor<OidcOptions> oidc)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (!oidc.CurrentValue.IsConfigured)
        {
            return Results.NotFound();
        }

        try
        {
            await context.ChallengeAsync(OpenIdConnectOptions.DefaultScheme, new(new Dictionary<string, string?>(StringComparer.Ordinal) { [ProviderSignIn.TrialItem] = "yes" }) { RedirectUri = "/settings" });
            return Results.Empty;
        }
        catch (ProviderException exception)
        {
            return Results.Text(exception.Message, statusCode: StatusCodes.Status502BadGateway);
        }
    }

    /// <remarks>Needs no token: a form of another site does not get past <see cref="PortalDefences"/>.</remarks>
    private static async Task<IResult> SignOutAsync(HttpContext context, AccountDirectory directory, ProviderSignIn provider, CancellationToken cancellationToken)
    {
        var present = context.User.FindFirstValue(AccountClaims.SignInId) is { } id ? directory.FindSignIn(id) : null;
        var elsewhere = present is null ? null : await provider.SignOutAddressAsync(present, cancellationToken);
        await PortalCookie.SignOutAsync(context, cancellationToken);
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["Clear-Site-Data"] = "\"cache\", \"storage\"";
        return elsewhere is null ? Results.LocalRedirect("/sign-in?out") : Results.Content(Onward(elsewhere), "text/html; charset=utf-8");
    }

    /// <summary>A page that moves on by itself, because form-action stops a redirect to the provider.</summary>
    private static string Onward(string address)
    {
        var href = WebUtility.HtmlEncode(address);
        return $"""<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="0;url={href}"><title>Signing out</title><p><a href="{href}">Sign out of the identity provider too</a></p></html>""";
    }
}
