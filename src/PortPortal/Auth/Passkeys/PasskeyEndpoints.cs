using System.Text.Json;
using PortPortal.Engine.Common;

namespace PortPortal.Auth.Passkeys;

/// <summary>The two ceremonies as js/passkeys.js asks for them; <see cref="PortalDefences"/> keeps other sites out.</summary>
internal static class PasskeyEndpoints
{
    public static void MapPasskeys(this IEndpointRouteBuilder app)
    {
        var own = app.MapGroup("/account/passkeys").RequireAuthorization(Policies.Viewer).ExcludeFromDescription();
        own.MapPost("/options", BeginAddAsync);
        own.MapPost("/", AddAsync);
        var signIn = app.MapGroup("/sign-in/passkey").AllowAnonymous().ExcludeFromDescription();
        signIn.MapPost("/options", BeginSignInAsync);
        signIn.MapPost("/", SignInAsync);
    }

    private static async Task<IResult> BeginAddAsync(HttpContext context, PasskeyService passkeys) =>
        await passkeys.BeginAddAsync(context) is { } options ? Options(context, options) : new ProblemResult(Refusal.NotFound("local account"));

    private static async Task<IResult> AddAsync(HttpContext context, NewPasskey body, PasskeyService passkeys)
    {
        var added = await passkeys.AddAsync(context, body.Credential, body.Name);
        return added.Succeeded ? Results.NoContent() : new ProblemResult(added.Refusals);
    }

    private static async Task<IResult> BeginSignInAsync(HttpContext context, PasskeyService passkeys) => Options(context, await passkeys.BeginSignInAsync(context));

    private static async Task<IResult> SignInAsync(HttpContext context, PasskeySignIn body, PasskeyService passkeys, CancellationToken cancellationToken)
    {
        var signedIn = await passkeys.SignInAsync(context, body.Credential, cancellationToken);
        if (!signedIn.Succeeded)
        {
            return new ProblemResult(signedIn.Refusals);
        }

        await PortalCookie.SignInAsync(context, signedIn.Value, cancellationToken);
        return Results.Ok(new { location = LocalReturn.PathOrHome(body.Return) });
    }

    private static IResult Options(HttpContext context, string json)
    {
        context.Response.Headers.CacheControl = "no-store";
        return Results.Content(json, "application/json");
    }

    private sealed record NewPasskey(JsonElement Credential, string? Name);

    private sealed record PasskeySignIn(JsonElement Credential, string? Return);
}
