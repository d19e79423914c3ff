using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using PortPortal.Engine.Accounts;

namespace PortPortal.Auth.OpenIdConnect;

/// <summary>Turns what the provider vouches for into a sign-in of ours, and a sign-out of ours into one of the provider's.</summary>
internal sealed partial class ProviderSignIn(ExternalAccounts accounts, IDataProtectionProvider protection, IOptionsMonitor<OpenIdConnectOptions> options, LatestProviderSignIn latest, ILogger<ProviderSignIn> logger)
{
    /// <summary>Marks a sign-in that only shows what would come of it.</summary>
    public const string TrialItem = "trial";

    private readonly IDataProtector _protector = protection.CreateProtector("PortPortal.Accounts.IdToken.v1");

    public async Task ReceiveAsync(TicketReceivedContext context)
    {
        var (http, principal) = (context.HttpContext, context.Principal!);
        var place = http.Place();
        if (context.Properties?.Items.TryGetValue(OpenIdConnectHandler.IdTokenItem, out var idToken) is true && idToken is not null)
        {
            place = place with { ProtectedIdToken = _protector.Protect(idToken) };
        }

        context.HandleResponse();
        var identity = IdentityOf(principal, ((OpenIdConnectOptions)context.Options).GroupClaim);
        latest.Record(identity.Issuer);
        if (context.Properties?.Items.ContainsKey(TrialItem) is true)
        {
            await TrialPage.WriteAsync(http, identity, accounts);
            return;
        }

        var signedIn = await accounts.SignInAsync(identity, place, http.RequestAborted);
        if (!signedIn.Succeeded)
        {
            http.Response.Redirect(signedIn.Refusals[0].Status == StatusCodes.Status403Forbidden ? "/sign-in?problem=disabled" : "/sign-in?problem=provider");
            return;
        }

        await PortalCookie.SignInAsync(http, signedIn.Value, http.RequestAborted);
        http.Response.Redirect(LocalReturn.PathOrHome(context.ReturnUri));
    }

    /// <summary>The log gets the reason; the page gets a word that nobody else can choose.</summary>
    public Task FailAsync(RemoteFailureContext context)
    {
        Log.Failed(logger, context.Failure?.Message, context.Failure?.InnerException?.Message);
        context.HandleResponse();
        var back = context.Properties?.RedirectUri is { } path ? LocalReturn.SignInPage(path) : "/sign-in";
        context.Response.Redirect(back + (back.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "problem=provider");
        return Task.CompletedTask;
    }

    /// <summary>Where the browser ends the provider's own session too; null where it cannot.</summary>
    /// <remarks>OpenID Connect RP-Initiated Logout 1.0, section 2.</remarks>
    public async Task<string?> SignOutAddressAsync(SignIn signIn, CancellationToken cancellationToken)
    {
        if (signIn is not { Method: SignInMethod.Provider, ProtectedIdToken: { } hint })
        {
            return null;
        }

        var oidc = options.Get(OpenIdConnectOptions.DefaultScheme);
        if (oidc.Authority.Length == 0)
        {
            return null; // taken away since
        }

        try
        {
            var configuration = await oidc.ConfigurationManager.GetConfigurationAsync(cancellationToken);
            var idToken = _protector.Unprotect(hint);

            // One provider is not told what another said.
            return string.IsNullOrEmpty(configuration.EndSessionEndpoint) || new JsonWebToken(idToken).Issuer != configuration.Issuer ? null : new OpenIdConnectMessage
            {
                IssuerAddress = configuration.EndSessionEndpoint,
                ClientId = oidc.ClientId,
                IdTokenHint = idToken,
                PostLogoutRedirectUri = new Uri(oidc.PublicOrigin, oidc.SignedOutCallbackPath.Value).AbsoluteUri,
            }.CreateLogoutRequestUrl();
        }
        catch (Exception exception) when (exception is ProviderException or System.Security.Cryptography.CryptographicException)
        {
            Log.Failed(logger, exception.Message, exception.InnerException?.Message);
            return null;
        }
    }

    private static ProviderIdentity IdentityOf(ClaimsPrincipal principal, string groupClaim) => new()
    {
        Issuer = principal.FindFirstValue("iss") ?? throw new InvalidOperationException("A valid id token has an issuer."),
        Subject = principal.FindFirstValue("sub") ?? throw new InvalidOperationException("A valid id token has a subject."),
        Name = principal.FindFirstValue("name") ?? principal.FindFirstValue("preferred_username"),
        Email = principal.FindFirstValue("email"),
        EmailVerified = principal.FindFirst("email_verified") is { ValueType: ClaimValueTypes.Boolean, Value: var verified } && bool.TryParse(verified, out var isTrue) && isTrue,
        Groups = [.. principal.FindAll(groupClaim).Select(claim => claim.Value).Where(group => group.Length <= 200).Take(500)],
    };

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Sign-in through the identity provider failed: {Reason} {Cause}")]
        public static partial void Failed(ILogger logger, string? reason, string? cause);
    }
}
