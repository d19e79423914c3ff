using Microsoft.Extensions.Options;
using PortPortal.Engine.Accounts;
using PortPortal.Engine.Tunnels.Pangolin;

namespace PortPortal.Auth.OpenIdConnect;

/// <summary>Makes the identity provider that people sign in with here known to Pangolin, once, so that they sign in with it there, too.</summary>
/// <remarks>
/// At the provider Pangolin is a client of its own, <see cref="ClientId"/>, with the secret of <c>PANGOLIN_OIDC_SECRET</c>. One that Pangolin knows
/// by its name already is left as it is. Whatever fails is tried again, and keeps nothing else from working.
/// </remarks>
internal sealed partial class PangolinSignIn(IOptions<PangolinOptions> pangolin, IOptions<OidcOptions> oidc, IOptionsMonitor<OpenIdConnectOptions> schemes, TimeProvider time, ILogger<PangolinSignIn> logger) : BackgroundService
{
    /// <summary>What the provider has to know Pangolin by.</summary>
    public const string ClientId = "pangolin";

    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    /// <summary>Why Pangolin does not know the provider although that is wanted; null where it does, or nobody wants it to.</summary>
    public string? Problem { get; private set; } = pangolin.Value.OidcSecret.Length > 0 && !oidc.Value.IsConfigured
        ? "PANGOLIN_OIDC_SECRET is set, and Oidc:Authority names no provider that Pangolin could sign people in with."
        : null;

    /// <summary>How Pangolin calls the provider.</summary>
    private string Name => $"PortPortal ({oidc.Value.ProviderName})";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (Problem is not null)
        {
            Log.NotRegistered(logger, Problem);
        }

        if (pangolin.Value.OidcSecret.Length == 0 || !oidc.Value.IsConfigured || !pangolin.Value.IsUsable)
        {
            return;
        }

        using var api = new PangolinClient(pangolin.Value);
        for (var wait = FirstWait; !await TryRegisterAsync(api, stoppingToken); wait = wait * 2 < LongestWait ? wait * 2 : LongestWait)
        {
            await Task.Delay(wait, time, stoppingToken);
        }
    }

    private async Task<bool> TryRegisterAsync(PangolinClient api, CancellationToken cancellationToken)
    {
        try
        {
            await RegisterAsync(api, cancellationToken);
            Problem = null;
            return true;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            var problem = $"Pangolin does not know the provider {oidc.Value.ProviderName} yet: {exception.Message.TrimEnd('.')}.";
            if (problem != Problem)
            {
                Log.NotRegistered(logger, Problem = problem);
            }

            return false;
        }
    }

    private async Task RegisterAsync(PangolinClient api, CancellationToken cancellationToken)
    {
        if ((await api.ProvidersAsync(cancellationToken)).Contains(Name))
        {
            return;
        }

        var provider = await schemes.Get(OpenIdConnectOptions.DefaultScheme).ConfigurationManager!.GetConfigurationAsync(cancellationToken);
        var document = oidc.Value.Authority.TrimEnd('/') + "/.well-known/openid-configuration";
        var redirect = await api.AddProviderAsync(new(Name, ClientId, pangolin.Value.OidcSecret, provider.AuthorizationEndpoint, provider.TokenEndpoint, document), cancellationToken);
        Log.Registered(logger, oidc.Value.ProviderName, ClientId, redirect ?? "that Pangolin shows beside the provider");
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Pangolin knows the provider {Provider} now. Its client {ClientId} there needs the redirect address {Redirect}")]
        public static partial void Registered(ILogger logger, string provider, string clientId, string redirect);

        [LoggerMessage(LogLevel.Warning, "{Problem}")]
        public static partial void NotRegistered(ILogger logger, string problem);
    }
}
