namespace PortPortal.TestSupport;

/// <summary>A real OpenID provider (npm <c>oidc-provider</c>): nina (address verified), sam (not verified) and mira (an admin by group) sign in by name.</summary>
public sealed class OidcServer : IAsyncDisposable
{
    public const string ClientId = "portportal";
    public const string ClientSecret = "a secret that only tests know";
    private readonly ChildProcess _child;
    private readonly Uri _issuer;

    private OidcServer(ChildProcess child, Uri issuer) => (_child, _issuer) = (child, issuer);

    /// <summary>What the portal has to be started with, so that it asks the provider that will be at <paramref name="issuer"/>.</summary>
    public static string[] SettingsFor(Uri issuer) =>
    [
        $"--Oidc:Authority={issuer.ToString().TrimEnd('/')}", $"--Oidc:ClientId={ClientId}", $"--Oidc:ClientSecret={ClientSecret}", "--Oidc:AdminGroups=lark-admins",
    ];

    /// <param name="portal">The only client.</param>
    public static async Task<OidcServer> StartAsync(Uri issuer, Uri portal)
    {
        var (child, _) = await NodeServer.StartAsync("oidc.mjs", "ready", issuer.ToString().TrimEnd('/'), new Uri(portal, "/signin-oidc").ToString(), new Uri(portal, "/signout-callback-oidc").ToString());
        return new(child, issuer);
    }

    /// <summary>Signs with keys that nobody has seen from now on; everyone's session at the provider is kept.</summary>
    public async Task RollKeysAsync()
    {
        using var client = new HttpClient();
        using var answer = await client.PostAsync(new Uri(_issuer, "/test/roll-keys"), content: null);
        answer.EnsureSuccessStatusCode();
    }

    public ValueTask DisposeAsync() => _child.DisposeAsync();
}
