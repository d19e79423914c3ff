using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Authorization;
using PortPortal.Auth.OpenIdConnect;
using PortPortal.Auth.Passkeys;
using PortPortal.Engine.Accounts;
using PortPortal.Engine.Common;

namespace PortPortal.Auth;

/// <summary>How the web host knows people and scripts, and what they may do.</summary>
internal static class PortalAuthentication
{
    private const string Chooser = "PortPortal";

    /// <summary>Paths of the REST API, where only keys count: a cookie there is ignored.</summary>
    private static readonly PathString[] KeysOnly = ["/v1", "/instances", "/metrics"];

    /// <summary>Cookie, API keys, policies and antiforgery; everything without a policy of its own asks for a signed-in viewer.</summary>
    public static IServiceCollection AddPortalAuthentication(this IServiceCollection services)
    {
        services.AddAuthentication(Chooser)
            .AddPolicyScheme(Chooser, displayName: null, options => options.ForwardDefaultSelector = context => Choose(context.Request))
            .AddScheme<AuthenticationSchemeOptions, ApiKeyAuthenticationHandler>(ApiKeyAuthenticationHandler.SchemeName, configureOptions: null)
            .AddCookie(PortalCookie.Scheme, PortalCookie.Configure)
            .AddOpenIdConnect();
        services.AddSingleton<UsedStates>();
        services.AddPasskeys();
        services.AddOptions<CookieAuthenticationOptions>(PortalCookie.Scheme).Configure<TimeProvider>((cookie, time) => cookie.TimeProvider = time);

        services.AddSingleton<IAuthorizationHandler, RoleHandler>();
        services.AddAuthorizationBuilder()
            .AddPolicy(Policies.Viewer, Policies.AtLeast(Role.Viewer))
            .AddPolicy(Policies.Member, Policies.AtLeast(Role.Member))
            .AddPolicy(Policies.Admin, Policies.AtLeast(Role.Admin))
            .SetDefaultPolicy(Policies.AtLeast(Role.Viewer))
            .SetFallbackPolicy(Policies.AtLeast(Role.Viewer));

        services.AddScoped<AuthenticationStateProvider, CircuitAuthentication>();
        services.AddScoped<CurrentActor>();
        services.AddAntiforgery(antiforgery =>
        {
            antiforgery.Cookie.Name = "__Host-pp_antiforgery";
            antiforgery.Cookie.Path = "/";
            antiforgery.Cookie.SecurePolicy = CookieSecurePolicy.Always;
            antiforgery.Cookie.SameSite = SameSiteMode.Strict;
        });
        return services;
    }

    private static string Choose(HttpRequest request) =>
        ApiKeyAuthenticationHandler.Brought(request) || KeysOnly.Any(path => request.Path.StartsWithSegments(path, StringComparison.OrdinalIgnoreCase))
            ? ApiKeyAuthenticationHandler.SchemeName
            : PortalCookie.Scheme;
}
