using System.Net;
using Microsoft.Extensions.Options;

namespace PortPortal.Engine.Accounts;

/// <summary>Stops the start where the provider's settings cannot work.</summary>
internal sealed class OidcOptionsValidation : IValidateOptions<OidcOptions>
{
    public ValidateOptionsResult Validate(string? name, OidcOptions options)
    {
        if (!options.IsConfigured)
        {
            return options.ClientId.Length == 0
                ? ValidateOptionsResult.Success
                : ValidateOptionsResult.Fail("Oidc:Authority is missing: the provider's issuer, such as https://id.example.com.");
        }

        List<string> faults = [];
        if (!IsIssuer(options.Authority))
        {
            faults.Add($"Oidc:Authority takes an https URL without query (http only for this machine), not “{options.Authority}”.");
        }

        if (options.ClientId.Length == 0)
        {
            faults.Add("Oidc:ClientId is missing: the id under which the provider knows PortPortal.");
        }

        if (options.GroupClaim.Length == 0)
        {
            faults.Add("Oidc:GroupClaim takes the name of the claim that tells groups, such as groups.");
        }

        return faults.Count > 0 ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;
    }

    public static bool IsIssuer(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && IsSafe(uri) && uri.Query.Length == 0 && uri.Fragment.Length == 0;

    /// <summary>https, or http on this machine's own loopback, for trying things out.</summary>
    public static bool IsSafe(Uri uri) =>
        uri.UserInfo.Length == 0
        && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback))
        && !(IPAddress.TryParse(uri.IdnHost, out var address) && IsNeverAProvider(address));

    /// <summary>Link-local addresses hold the metadata services of clouds, which answer whoever asks from here.</summary>
    public static bool IsNeverAProvider(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return plain.IsIPv6LinkLocal || plain.IsIPv6Multicast || plain.Equals(IPAddress.Any) || plain.Equals(IPAddress.IPv6Any)
            || (plain.GetAddressBytes() is [var first, var second, _, _] && ((first == 169 && second == 254) || first >= 224));
    }
}
