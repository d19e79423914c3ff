using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace PortPortal.Auth.OpenIdConnect;

/// <summary>OpenID Connect by authorization code with PKCE: sends browsers to the provider and judges what they come back with.</summary>
/// <remarks>OpenID Connect Core 1.0, section 3.1; RFC 7636 (S256 only); RFC 9207 (who answered); RFC 9700 (best practice).</remarks>
internal sealed class OpenIdConnectHandler(IOptionsMonitor<OpenIdConnectOptions> options, ILoggerFactory logger, UrlEncoder encoder, UsedStates used)
    : RemoteAuthenticationHandler<OpenIdConnectOptions>(options, logger, encoder)
{
    public const string IdTokenItem = "id_token";

    private const string VerifierItem = "code_verifier";
    private const string NonceItem = "nonce";
    private const string AuthorityItem = "authority";
    private const string CorrelationItem = ".xsrf";
    private const int MostAttempts = 5;

    private string[] PersonalClaims => ["name", "email", Options.GroupClaim];

    private string RedirectUri => new Uri(Options.PublicOrigin, Options.CallbackPath.Value).AbsoluteUri;

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var configuration = await Options.ConfigurationManager.GetConfigurationAsync(Context.RequestAborted);
        var (verifier, nonce) = (RandomText(), RandomText());
        properties.Items[VerifierItem] = verifier;
        properties.Items[NonceItem] = nonce;
        properties.Items[AuthorityItem] = Options.Authority;
        properties.ExpiresUtc = TimeProvider.GetUtcNow() + Options.RemoteAuthenticationTimeout;
        ForgetOldestAttempts();
        GenerateCorrelationId(properties);
        Response.Redirect(QueryHelpers.AddQueryString(configuration.AuthorizationEndpoint, new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["response_type"] = "code",
            ["client_id"] = Options.ClientId,
            ["redirect_uri"] = RedirectUri,
            ["scope"] = string.Join(' ', Options.Scope),
            ["state"] = Options.StateDataFormat.Protect(properties),
            ["nonce"] = nonce,
            ["code_challenge"] = WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))),
            ["code_challenge_method"] = "S256",
        }));
    }

    /// <summary>1 the browser that began, once and in time; 2 the provider we asked; 3 code for tokens; 4 the id token; 5 what else is known of the person.</summary>
    protected override async Task<HandleRequestResult> HandleRemoteAuthenticateAsync()
    {
        // 1
        if (!HttpMethods.IsGet(Request.Method) || Options.StateDataFormat.Unprotect(Only("state")) is not { } properties)
        {
            return HandleRequestResult.Fail("The state is missing or not ours.");
        }

        var correlation = properties.Items.TryGetValue(CorrelationItem, out var id) ? id : null;
        var ends = properties.ExpiresUtc ?? DateTimeOffset.MinValue;
        if (!ValidateCorrelationId(properties) || correlation is null || ends <= TimeProvider.GetUtcNow() || !used.TryUse(correlation, ends))
        {
            return HandleRequestResult.Fail("Another browser began this sign-in, or it came back before, or too late.", properties);
        }

        if (!properties.Items.TryGetValue(AuthorityItem, out var asked) || asked != Options.Authority)
        {
            return HandleRequestResult.Fail("The identity provider was changed while this sign-in was at the former one.", properties);
        }

        try
        {
            // 2
            var configuration = await Options.ConfigurationManager.GetConfigurationAsync(Context.RequestAborted);
            CheckWhoAnswers(configuration);
            var code = Only("code");
            if (Request.Query.ContainsKey("error") || code is null)
            {
                return HandleRequestResult.Fail($"The provider refused: {Printable(Only("error"))} {Printable(Only("error_description"))}", properties);
            }

            // 3
            var client = new TokenClient(Options);
            var (idToken, accessToken) = await client.RedeemAsync(configuration, code, properties.Items[VerifierItem]!, RedirectUri, Context.RequestAborted);

            // 4
            var validator = new IdTokenValidator(Options.ConfigurationManager, Options.ClientId, TimeProvider);
            var token = await validator.ValidateAsync(idToken, properties.Items[NonceItem]!, Context.RequestAborted);
            var identity = new ClaimsIdentity(token.Claims, Scheme.Name, "name", roleType: null);

            // 5
            if (accessToken is not null && !string.IsNullOrEmpty(configuration.UserInfoEndpoint) && PersonalClaims.Any(claim => identity.FindFirst(claim) is null))
            {
                var info = await client.UserInfoAsync(configuration.UserInfoEndpoint, accessToken, Context.RequestAborted);
                Add(info, identity, token.Subject, token.Issuer);
            }

            properties.Items.Remove(VerifierItem);
            properties.Items.Remove(NonceItem);
            properties.Items.Remove(AuthorityItem);
            properties.Items[IdTokenItem] = idToken;
            return HandleRequestResult.Success(new(new ClaimsPrincipal(identity), properties, Scheme.Name));
        }
        catch (ProviderException exception)
        {
            return HandleRequestResult.Fail(exception, properties);
        }
    }

    /// <remarks>RFC 9207: an answer from one provider must not be taken for another's.</remarks>
    private void CheckWhoAnswers(OpenIdConnectConfiguration configuration)
    {
        var issuer = Only("iss");
        if (issuer is null ? configuration.AuthorizationResponseIssParameterSupported || Request.Query.ContainsKey("iss") : issuer != configuration.Issuer)
        {
            throw new ProviderException("Another provider answered than the one that was asked.");
        }
    }

    /// <summary>Claims that the id token does not have; those it has stand.</summary>
    private static void Add(JsonElement info, ClaimsIdentity identity, string subject, string issuer)
    {
        if (TokenClient.Text(info, "sub") != subject)
        {
            throw new ProviderException("The userinfo endpoint speaks of somebody else.");
        }

        var known = identity.Claims.Select(claim => claim.Type).ToHashSet(StringComparer.Ordinal);
        foreach (var member in info.EnumerateObject().Where(member => !known.Contains(member.Name)))
        {
            var values = member.Value.ValueKind == JsonValueKind.Array ? member.Value.EnumerateArray().ToList() : [member.Value];
            identity.AddClaims(values.Select(value => new Claim(member.Name, value.ToString(), TypeOf(value), issuer)));
        }
    }

    private static string TypeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => ClaimValueTypes.Boolean,
        JsonValueKind.String => ClaimValueTypes.String,
        _ => "JSON",
    };

    /// <summary>Fifty tabs that all ask to sign in leave a few cookies, not fifty.</summary>
    private void ForgetOldestAttempts()
    {
        var attempts = Request.Cookies.Keys.Where(name => name.StartsWith(OpenIdConnectOptions.CorrelationPrefix, StringComparison.Ordinal)).ToList();
        foreach (var name in attempts.Take(attempts.Count - MostAttempts + 1))
        {
            Response.Cookies.Delete(name, new() { Path = "/", Secure = true, HttpOnly = true, SameSite = SameSiteMode.Lax });
        }
    }

    /// <summary>The parameter where it comes exactly once.</summary>
    private string? Only(string parameter) => Request.Query[parameter] is [{ Length: > 0 } value] ? value : null;

    private static string RandomText() => WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(32));

    private static string Printable(string? text) => new([.. (text ?? "").Where(letter => !char.IsControl(letter)).Take(200)]);
}
