namespace PortPortal.Engine.Accounts;

/// <summary>The section <c>Oidc</c>: the identity provider that people sign in with; none where <see cref="Authority"/> is empty.</summary>
public sealed class OidcOptions
{
    public const string Section = "Oidc";
    public const string DefaultGroupClaim = "groups";

    /// <summary>The issuer, exactly as its discovery document spells it: <c>https://id.example.com</c>.</summary>
    public string Authority { get; set; } = "";

    public string ClientId { get; set; } = "";

    /// <summary>Empty for a public client: PKCE is always used.</summary>
    public string ClientSecret { get; set; } = "";

    /// <summary>Separated by spaces; <c>openid</c> is always asked for.</summary>
    public string Scopes { get; set; } = "openid profile email groups";

    /// <summary>Names in the group claim, separated by commas, whose people are admins. Empty: admins are made here.</summary>
    public string AdminGroups { get; set; } = "";

    /// <summary>The claim that tells which groups a person is in.</summary>
    public string GroupClaim { get; set; } = DefaultGroupClaim;

    public bool IsConfigured => Authority.Length > 0;

    /// <summary>True where that is the provider's issuer; a provider may leave the last slash of <see cref="Authority"/> out.</summary>
    public bool IsOf(string issuer) => issuer == Authority || issuer == Authority.TrimEnd('/');

    /// <summary>What buttons call the provider.</summary>
    public string ProviderName => Uri.TryCreate(Authority, UriKind.Absolute, out var uri) ? uri.Host : "";

    public IReadOnlyList<string> AdminGroupList => AdminGroups.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public IReadOnlyList<string> ScopeList => Scopes.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries).Prepend("openid").Distinct(StringComparer.Ordinal).ToList();
}
