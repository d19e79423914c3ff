using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using PortPortal.Engine.Accounts;
using PortPortal.Engine.Common;

namespace PortPortal.Auth;

/// <summary>The portal's sign-in cookie: an encrypted ticket that names a sign-in, judged anew with each request.</summary>
internal static class PortalCookie
{
    public const string Scheme = "Portal";
    public const string Name = "__Host-pp_portal";

    public static void Configure(CookieAuthenticationOptions cookie)
    {
        cookie.Cookie.Name = Name;
        cookie.Cookie.Path = "/";
        cookie.Cookie.HttpOnly = true;
        cookie.Cookie.SecurePolicy = CookieSecurePolicy.Always;
        cookie.Cookie.SameSite = SameSiteMode.Lax;
        cookie.CookieManager = new OrdinalCookies();
        cookie.SlidingExpiration = false;
        cookie.LoginPath = "/sign-in";
        cookie.ReturnUrlParameter = "return";
        cookie.Events.OnValidatePrincipal = ValidateAsync;
        cookie.Events.OnRedirectToLogin = AskToSignInAsync;
        cookie.Events.OnRedirectToAccessDenied = RefuseAsync;
        cookie.Events.OnRedirectToReturnUrl = _ => Task.CompletedTask; // the sign-in page decides where to go
    }

    /// <summary>Gives this browser the cookie of <paramref name="signIn"/>; one it held before ends, so that nobody can plant one.</summary>
    public static async Task SignInAsync(HttpContext context, SignIn signIn, CancellationToken cancellationToken)
    {
        await EndPresentAsync(context, cancellationToken);
        await context.SignInAsync(Scheme, AccountClaims.SignedIn(signIn, from: null, Scheme), new()
        {
            IsPersistent = true,
            IssuedUtc = signIn.At,
            ExpiresUtc = signIn.ExpiresAt,
        });
    }

    public static async Task SignOutAsync(HttpContext context, CancellationToken cancellationToken)
    {
        await EndPresentAsync(context, cancellationToken);
        await context.SignOutAsync(Scheme);
    }

    private static async Task EndPresentAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var signIns = context.RequestServices.GetRequiredService<SignInService>();
        if (context.User.FindFirstValue(AccountClaims.SignInId) is { } present && context.FindActor() is { } actor)
        {
            await signIns.EndAsync(present, actor, cancellationToken);
        }
    }

    private static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        var directory = context.HttpContext.RequestServices.GetRequiredService<AccountDirectory>();
        if (context.Principal?.FindFirstValue(AccountClaims.SignInId) is { } id && directory.FindSignIn(id) is { } signIn)
        {
            context.ReplacePrincipal(AccountClaims.SignedIn(signIn, context.HttpContext.From(), Scheme));
            return;
        }

        context.RejectPrincipal();
        await context.HttpContext.SignOutAsync(Scheme);
    }

    /// <summary>A browser that navigates gets the sign-in page; everything else gets 401 and problem details.</summary>
    private static Task AskToSignInAsync(RedirectContext<CookieAuthenticationOptions> context)
    {
        var request = context.Request;
        if (IsNavigation(request))
        {
            context.Response.Redirect(LocalReturn.SignInPage(request.Path + request.QueryString));
            return Task.CompletedTask;
        }

        return new ProblemResult(new Refusal(401, RefusalCodes.SignInRequired, "Sign in to the portal first.")).ExecuteAsync(context.HttpContext);
    }

    private static Task RefuseAsync(RedirectContext<CookieAuthenticationOptions> context)
    {
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return IsNavigation(context.Request)
            ? Task.CompletedTask
            : new ProblemResult(new Refusal(403, RefusalCodes.NotAllowed, "Your role does not allow this.")).ExecuteAsync(context.HttpContext);
    }

    private static bool IsNavigation(HttpRequest request) =>
        HttpMethods.IsGet(request.Method)
        && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase)
        && request.Headers["Sec-Fetch-Dest"].ToString() is "" or "document";
}
