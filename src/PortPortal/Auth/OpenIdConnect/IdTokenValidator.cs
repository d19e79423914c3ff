using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace PortPortal.Auth.OpenIdConnect;

/// <summary>Judges an id token: OpenID Connect Core 1.0, section 3.1.3.7.</summary>
internal sealed class IdTokenValidator(IConfigurationManager<OpenIdConnectConfiguration> metadata, string clientId, TimeProvider time)
{
    private const int MaxTokenSize = 64 * 1024;
    private const int MaxSubjectLength = 255; // Core, section 2
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(2);

    /// <summary>What we ever accept: signatures by a key pair. Never none, and never HS*, whose key would be a secret or worse, a public key.</summary>
    private static readonly string[] Algorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];

    /// <summary>The token's content; a key that is not known yet has the keys fetched once more.</summary>
    /// <exception cref="ProviderException">The token is not to be trusted.</exception>
    public async Task<JsonWebToken> ValidateAsync(string idToken, string nonce, CancellationToken cancellationToken)
    {
        var configuration = await metadata.GetConfigurationAsync(cancellationToken);
        if (!HasKey(configuration, idToken))
        {
            metadata.RequestRefresh();
            configuration = await metadata.GetConfigurationAsync(cancellationToken);
        }

        var result = await JudgeAsync(idToken, configuration);
        if (!result.IsValid || result.SecurityToken is not JsonWebToken token)
        {
            throw new ProviderException("The id token is not valid.", result.Exception);
        }

        CheckRest(token, nonce);
        return token;
    }

    /// <summary>False for a token that names a key which the provider did not have when it was last asked.</summary>
    private static bool HasKey(OpenIdConnectConfiguration configuration, string idToken)
    {
        try
        {
            var keyId = new JsonWebToken(idToken).Kid;
            return string.IsNullOrEmpty(keyId) || configuration.SigningKeys.Any(key => key.KeyId == keyId);
        }
        catch (ArgumentException)
        {
            return true; // not a token at all; the judgement says so
        }
    }

    private Task<TokenValidationResult> JudgeAsync(string idToken, OpenIdConnectConfiguration configuration)
    {
        var offered = configuration.IdTokenSigningAlgValuesSupported;
        var handler = new JsonWebTokenHandler { MaximumTokenSizeInBytes = MaxTokenSize, MapInboundClaims = false };
        return handler.ValidateTokenAsync(idToken, new TokenValidationParameters
        {
            ValidIssuer = configuration.Issuer,
            ValidAudience = clientId,
            IssuerSigningKeys = configuration.SigningKeys,
            TryAllIssuerSigningKeys = false,
            ValidAlgorithms = [.. Algorithms.Where(algorithm => offered.Count == 0 || offered.Contains(algorithm))],
            RequireSignedTokens = true,
            RequireExpirationTime = true,
            RequireAudience = true,
            LifetimeValidator = (notBefore, expires, _, _) => IsNow(notBefore, expires),
        });
    }

    private bool IsNow(DateTime? notBefore, DateTime? expires)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return expires is { } end && now < end + Skew && (notBefore is not { } start || now >= start - Skew);
    }

    private void CheckRest(JsonWebToken token, string nonce)
    {
        if (token.Subject is not { Length: > 0 and <= MaxSubjectLength })
        {
            throw new ProviderException("The id token has no subject.");
        }

        if (token.IssuedAt == DateTime.MinValue || token.IssuedAt > time.GetUtcNow().UtcDateTime + Skew)
        {
            throw new ProviderException("The id token was issued in the future, or nobody knows when.");
        }

        var authorized = token.TryGetPayloadValue<string>("azp", out var party);
        if (authorized ? party != clientId : token.Audiences.Count() > 1)
        {
            throw new ProviderException("The id token was made for another client.");
        }

        if (!token.TryGetPayloadValue<string>("nonce", out var given)
            || !CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(nonce)))
        {
            throw new ProviderException("The id token's nonce is not the one of this sign-in.");
        }
    }
}
