using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using PortPortal.Auth.OpenIdConnect;
using PortPortal.Engine.Accounts;
using PortPortal.Engine.Tunnels.Pangolin;
using PortPortal.Tests.Tunnels.Pangolin;
using ProviderOptions = PortPortal.Auth.OpenIdConnect.OpenIdConnectOptions;

namespace PortPortal.Tests.Auth.OpenIdConnect;

/// <summary>The provider that people sign in with here becomes Pangolin's, too.</summary>
public sealed class PangolinSignInTests : IAsyncLifetime
{
    private const string Secret = "a secret between pangolin and the provider";
    private const string Issuer = "https://id.lark.test/dex";
    private readonly Listener _log = new();
    private readonly ManualTime _time = new();
    private PangolinServer _server = null!;

    public async Task InitializeAsync() => _server = await PangolinServer.StartAsync();

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        Assert.DoesNotContain(_log.Words, word => word.Contains(Secret, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task P39_OidcSecret_RegistersTheProviderOnce(bool readsDiscovery)
    {
        _server.ReadsDiscovery = readsDiscovery;
        for (var start = 0; start < 2; start++)
        {
            using var signIn = NewSignIn();
            await signIn.StartAsync(CancellationToken.None);
            await signIn.ExecuteTask!.WaitAsync(TimeSpan.FromSeconds(10));
            Assert.Null(signIn.Problem);
        }

        var provider = Assert.Single(_server.Providers);
        Assert.Equal(("PortPortal (id.lark.test)", "pangolin", Secret, "sub"), ((string?)provider["name"], (string?)provider["clientId"], (string?)provider["clientSecret"], (string?)provider["identifierPath"]));
        Assert.Equal(readsDiscovery ? null : $"{Issuer}/token", (string?)provider["tokenUrl"]);
        Assert.Equal(readsDiscovery ? $"{Issuer}/.well-known/openid-configuration" : null, (string?)provider["discoveryUrl"]);
        Assert.Contains(_log.Words, word => word.Contains(PangolinServer.Redirect, StringComparison.Ordinal));
    }

    [Fact]
    public async Task P39_Pangolin_ThatIsDownOrForbids_IsToldAgainUntilItTakesIt()
    {
        _server.IsKeyOfOrganisation = true;
        using var signIn = NewSignIn();
        await signIn.StartAsync(CancellationToken.None);
        await Eventually.TrueAsync(() => signIn.Problem?.Contains("the key may not do that", StringComparison.Ordinal) is true, "the refusal is said");

        _server.IsKeyOfOrganisation = false;
        await Eventually.TrueAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(5));
                return signIn.ExecuteTask!.IsCompletedSuccessfully;
            },
            "the next try goes through");

        Assert.Null(signIn.Problem);
        Assert.Single(_server.Providers);
    }

    [Fact]
    public async Task P39_OidcSecretWithoutAProvider_IsSaid()
    {
        using var signIn = NewSignIn(authority: "");
        await signIn.StartAsync(CancellationToken.None);
        await signIn.ExecuteTask!.WaitAsync(TimeSpan.FromSeconds(10));

        Assert.Contains("Oidc:Authority", signIn.Problem, StringComparison.Ordinal);
        Assert.Contains(signIn.Problem, _log.Words);
        Assert.Empty(_server.Calls);
    }

    private PangolinSignIn NewSignIn(string authority = Issuer)
    {
        var scheme = new ProviderOptions
        {
            ConfigurationManager = new StaticConfigurationManager<OpenIdConnectConfiguration>(new() { AuthorizationEndpoint = $"{Issuer}/auth", TokenEndpoint = $"{Issuer}/token" }),
        };
        var pangolin = new PangolinOptions
        {
            ApiUrl = _server.Url.AbsoluteUri,
            OrgId = PangolinServer.Org,
            SiteId = "7",
            BaseDomain = PangolinServer.Domain,
            ApiKey = PangolinServer.Key,
            OidcSecret = Secret,
        };
        return new(Options.Create(pangolin), Options.Create(new OidcOptions { Authority = authority, ClientId = "portportal" }), new Monitor(scheme), _time, _log);
    }

    private sealed class Monitor(ProviderOptions options) : IOptionsMonitor<ProviderOptions>
    {
        public ProviderOptions CurrentValue => options;

        public ProviderOptions Get(string? name) => options;

        public IDisposable? OnChange(Action<ProviderOptions, string?> listener) => null;
    }

    private sealed class Listener : ILogger<PangolinSignIn>
    {
        public ConcurrentQueue<string> Words { get; } = new();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Words.Enqueue(formatter(state, exception));
    }
}
