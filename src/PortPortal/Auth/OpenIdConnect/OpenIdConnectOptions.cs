using Microsoft.AspNetCore.Authentication;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace PortPortal.Auth.OpenIdConnect;

/// <summary>The settings of <see cref="OpenIdConnectHandler"/>.</summary>
/// <remarks>Names and meaning are those of Microsoft.AspNetCore.Authentication.OpenIdConnect, so that it can take over where that package can be had.</remarks>
internal sealed class OpenIdConnectOptions : RemoteAuthenticationOptions
{
    public const string DefaultScheme = "OpenIdConnect";

    public OpenIdConnectOptions()
    {
        CallbackPath = "/signin-oidc";
        CorrelationCookie = new CookieBuilder
        {
            Name = CorrelationPrefix,
            Path = "/",
            HttpOnly = true,
            IsEssential = true,
            SecurePolicy = CookieSecurePolicy.Always,
            SameSite = SameSiteMode.Lax,
        };
    }

    public const string CorrelationPrefix = "__Host-pp_oidc_";

    public string Authority { get; set; } = "";

    public string ClientId { get; set; } = "";

    public string ClientSecret { get; set; } = "";

    public ICollection<string> Scope { get; } = new List<string>();

    /// <summary>The claim that tells which groups a person is in.</summary>
    public string GroupClaim { get; set; } = "";

    public PathString SignedOutCallbackPath { get; set; } = "/signout-callback-oidc";

    /// <summary>Where the provider sends browsers back to; the public name, whatever the request's own says.</summary>
    public Uri PublicOrigin { get; set; } = new("https://localhost/");

    public IConfigurationManager<OpenIdConnectConfiguration> ConfigurationManager { get; set; } = null!;

    public ISecureDataFormat<AuthenticationProperties> StateDataFormat { get; set; } = null!;
}
