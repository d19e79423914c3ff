using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using PortPortal.Engine.Accounts;
using PortPortal.Engine.Common;

namespace PortPortal.Auth;

/// <summary>Knows callers by <c>Authorization: Bearer pp_…</c>, and by nothing else.</summary>
internal sealed class ApiKeyAuthenticationHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, ApiKeyService keys, AccountDirectory directory)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "ApiKey";

    private const string Bearer = "Bearer ";

    /// <summary>True where the caller brought a key, right or wrong.</summary>
    public static bool Brought(HttpRequest request) =>
        request.Headers.Authorization.Any(value => value?.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) is true);

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!Brought(Request))
        {
            return Task.FromResult(AuthenticateResult.NoResult());
        }

        if (Request.Headers.Authorization is not [{ } only] || keys.Recognise(only[Bearer.Length..].Trim()) is not { } id)
        {
            return Task.FromResult(AuthenticateResult.Fail("The key is unknown, revoked or over."));
        }

        var principal = AccountClaims.Key(id, Context.From(), SchemeName);
        return Task.FromResult(directory.FindActor(principal) is null
            ? AuthenticateResult.Fail("The key's owner is disabled.")
            : AuthenticateResult.Success(new(principal, SchemeName)));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers[HeaderNames.WWWAuthenticate] = "Bearer realm=\"PortPortal\"";
        var detail = Brought(Request)
            ? "The API key is wrong, revoked or over, or its owner is disabled."
            : "Send an API key: Authorization: Bearer pp_….";
        return new ProblemResult(new Refusal(401, RefusalCodes.ApiKeyRequired, detail)).ExecuteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        new ProblemResult(new Refusal(403, RefusalCodes.NotAllowed, "The key's role does not allow this.")).ExecuteAsync(Context);
}
