using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using PortPortal.Engine.Accounts;

namespace PortPortal.Auth.OpenIdConnect;

/// <summary>Has the scheme's options made anew once the provider's settings have changed: the former one's metadata and keys are forgotten with them.</summary>
internal sealed class ProviderTurns : IOptionsChangeTokenSource<OpenIdConnectOptions>, IDisposable
{
    private readonly IDisposable? _listening;
    private ConfigurationReloadToken _turn = new();

    public ProviderTurns(IOptionsMonitor<OidcOptions> oidc) => _listening = oidc.OnChange(_ => Interlocked.Exchange(ref _turn, new()).OnReload());

    public string Name => OpenIdConnectOptions.DefaultScheme;

    public IChangeToken GetChangeToken() => Volatile.Read(ref _turn);

    public void Dispose() => _listening?.Dispose();
}
