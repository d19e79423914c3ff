using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;
using PortPortal.Engine.Accounts;
using PortPortal.Engine.Common;

namespace PortPortal.Auth.OpenIdConnect;

internal static class OpenIdConnectRegistration
{
    /// <summary>The scheme <c>OpenIdConnect</c>; it answers on its paths only where a provider is configured.</summary>
    public static AuthenticationBuilder AddOpenIdConnect(this AuthenticationBuilder authentication)
    {
        var services = authentication.Services;
        services.AddSingleton<ProviderSignIn>();
        services.AddSingleton<LatestProviderSignIn>();
        services.AddSingleton<ProviderChecks>();
        services.AddSingleton<IOptionsChangeTokenSource<OpenIdConnectOptions>, ProviderTurns>();
        services.AddSingleton<PangolinSignIn>();
        services.AddHostedService(provider => provider.GetRequiredService<PangolinSignIn>());
        services.AddOptions<OpenIdConnectOptions>(OpenIdConnectOptions.DefaultScheme)
            .Configure<IOptionsMonitor<OidcOptions>, PublicAddress>((options, oidc, address) => Configure(options, oidc.CurrentValue, address))
            .PostConfigure<IDataProtectionProvider, TimeProvider>(Complete);
        return authentication.AddRemoteScheme<OpenIdConnectOptions, OpenIdConnectHandler>(OpenIdConnectOptions.DefaultScheme, displayName: null, configureOptions: null);
    }

    private static void Configure(OpenIdConnectOptions options, OidcOptions oidc, PublicAddress address)
    {
        (options.Authority, options.ClientId, options.ClientSecret, options.GroupClaim) = (oidc.Authority, oidc.ClientId, oidc.ClientSecret, oidc.GroupClaim);
        options.PublicOrigin = address.Portal;
        options.SignInScheme = PortalCookie.Scheme;
        options.BackchannelTimeout = TimeSpan.FromSeconds(10);
        foreach (var scope in oidc.ScopeList)
        {
            options.Scope.Add(scope);
        }

        // Looked up late: ProviderSignIn needs these options itself.
        options.Events = new()
        {
            OnTicketReceived = context => ProviderSignInOf(context.HttpContext).ReceiveAsync(context),
            OnRemoteFailure = context => ProviderSignInOf(context.HttpContext).FailAsync(context),
        };
    }

    private static ProviderSignIn ProviderSignInOf(HttpContext context) => context.RequestServices.GetRequiredService<ProviderSignIn>();

    private static void Complete(OpenIdConnectOptions options, IDataProtectionProvider protection, TimeProvider time)
    {
        options.TimeProvider = time;
        options.DataProtectionProvider ??= protection;
        options.StateDataFormat ??= new PropertiesDataFormat(options.DataProtectionProvider.CreateProtector("PortPortal.Auth.OpenIdConnect.v1"));
        options.Backchannel ??= new HttpClient(options.BackchannelHttpHandler ?? NewBackchannel())
        {
            Timeout = options.BackchannelTimeout,
            MaxResponseContentBufferSize = 1024 * 1024,
        };
        options.ConfigurationManager ??= new ProviderMetadata(options.Authority, options.Backchannel, time);
    }

    /// <summary>No redirects, and no connection to a metadata service, whatever name it hides behind.</summary>
    private static SocketsHttpHandler NewBackchannel() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        ConnectCallback = async (context, cancellationToken) =>
        {
            var addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellationToken);
            var allowed = addresses.Where(address => !OidcOptionsValidation.IsNeverAProvider(address)).ToArray();
            if (allowed.Length == 0)
            {
                throw new HttpRequestException($"{context.DnsEndPoint.Host} is at no address that a provider may have.");
            }

            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(allowed, context.DnsEndPoint.Port, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    };
}
