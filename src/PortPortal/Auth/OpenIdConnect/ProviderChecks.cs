using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using PortPortal.Engine.Accounts;

namespace PortPortal.Auth.OpenIdConnect;

/// <summary>Looks at an identity provider as a sign-in would, without one: is it there, does it sign, does it send people back here, does it tell groups?</summary>
internal sealed class ProviderChecks(IOptionsMonitor<OpenIdConnectOptions> options, TimeProvider time)
{
    /// <summary>The address that has to be entered at the provider.</summary>
    public Uri RedirectUri => new(Oidc.PublicOrigin, Oidc.CallbackPath.Value);

    private OpenIdConnectOptions Oidc => options.Get(OpenIdConnectOptions.DefaultScheme);

    /// <param name="provider">As someone typed it; nothing is kept.</param>
    public async Task<IReadOnlyList<ProviderCheck>> RunAsync(ProviderChange provider, CancellationToken cancellationToken)
    {
        if (!OidcOptionsValidation.IsIssuer(provider.Issuer))
        {
            return [new(ProviderVerdict.Bad, "Issuer", "The issuer is an https address, such as https://id.example.com.")];
        }

        using var metadata = new ProviderMetadata(provider.Issuer, Oidc.Backchannel, time);
        var began = time.GetTimestamp();
        OpenIdConnectConfiguration configuration;
        try
        {
            configuration = await metadata.GetConfigurationAsync(cancellationToken);
        }
        catch (ProviderException exception)
        {
            return [new(ProviderVerdict.Bad, "Provider not found", $"{exception.Message} {exception.InnerException?.Message}".Trim())];
        }

        var took = time.GetElapsedTime(began).TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture);
        return
        [
            Found(configuration.SigningKeys.Count, took),
            await RedirectAsync(configuration, provider.ClientId, cancellationToken),
            Groups(configuration, provider),
        ];
    }

    private static ProviderCheck Found(int keys, string took) => keys > 0
        ? new(ProviderVerdict.Good, "Provider found", $"Discovery document read in {took} ms, {(keys == 1 ? "1 signing key" : $"{keys} signing keys")}.")
        : new(ProviderVerdict.Bad, "No signing keys", "The provider shows no RSA or EC key, so no sign-in can be checked.");

    private static ProviderCheck Groups(OpenIdConnectConfiguration configuration, ProviderChange provider)
    {
        var (claim, isScope) = (provider.GroupClaim, configuration.ScopesSupported.Contains(provider.GroupClaim));
        var told = isScope || configuration.ClaimsSupported.Contains(claim);
        var asked = !isScope || provider.Scopes.Split(' ').Contains(claim, StringComparer.Ordinal);
        return (told, asked, provider.AdminGroups.Length > 0) switch
        {
            (true, true, _) => new(ProviderVerdict.Good, "Group claim", "The provider tells which groups people are in."),
            (true, false, true) => new(ProviderVerdict.Doubtful, "Group claim not asked for", $"The provider tells “{claim}” to whoever asks for the scope of that name.") { Scope = claim },
            (false, _, true) => new(ProviderVerdict.Doubtful, "Group claim missing", $"The provider does not list “{claim}” as a supported claim or scope. Add it there, or nobody becomes an admin by their groups."),
            _ => new(ProviderVerdict.Good, "Groups are not needed", "Admins are made in this portal: no group is named."),
        };
    }

    /// <summary>Asks for a sign-in that may not show a page: a provider that knows the address sends the browser back to it, one that does not says so.</summary>
    /// <remarks>OpenID Connect Core 1.0, section 3.1.2.1: prompt=none.</remarks>
    private async Task<ProviderCheck> RedirectAsync(OpenIdConnectConfiguration configuration, string clientId, CancellationToken cancellationToken)
    {
        var address = QueryHelpers.AddQueryString(configuration.AuthorizationEndpoint, new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["response_type"] = "code",
            ["client_id"] = clientId,
            ["redirect_uri"] = RedirectUri.AbsoluteUri,
            ["scope"] = "openid",
            ["prompt"] = "none",
            ["state"] = "check",
            ["nonce"] = "check",
            ["code_challenge"] = new string('a', 43),
            ["code_challenge_method"] = "S256",
        });
        try
        {
            using var response = await Oidc.Backchannel.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (response.Headers.Location?.OriginalString.StartsWith(RedirectUri.AbsoluteUri, StringComparison.Ordinal) is true)
            {
                return new(ProviderVerdict.Good, "Redirect address", "The provider sends people back here.");
            }

            return (int)response.StatusCode < 400
                ? new(ProviderVerdict.Doubtful, "Redirect address not proved", "The provider wants to show a page first. Try a sign-in to see whether it comes back.")
                : new(ProviderVerdict.Bad, "Redirect address refused", $"The provider answered {(int)response.StatusCode}. Enter the redirect address there, and check the client id.");
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return new(ProviderVerdict.Bad, "Sign-in page not reached", exception.Message);
        }
    }
}

internal sealed record ProviderCheck(ProviderVerdict Verdict, string Name, string Detail)
{
    /// <summary>What asking for would mend it.</summary>
    public string? Scope { get; init; }
}

internal enum ProviderVerdict
{
    Good,
    Doubtful,
    Bad,
}
