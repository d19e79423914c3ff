using PortPortal.Components.Kit;

namespace PortPortal.Components;

internal static class PortalRegistration
{
    public static IServiceCollection AddPortal(this IServiceCollection services)
    {
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddCascadingAuthenticationState();
        services.AddKit();
        services.AddSingleton<Live.SessionBoard>();
        services.AddSingleton<Live.CutForecast>();
        services.AddScoped<Live.AccessRequestActs>();
        services.AddScoped<Live.AllowListActs>();
        services.AddSingleton<Live.LinkBoard>();
        services.AddScoped<Live.LinkActs>();
        services.AddScoped<Live.PaletteMemory>();
        services.AddScoped<Live.PortActs>();
        services.AddScoped<Live.ForwardActs>();
        services.AddScoped<Live.NodeActs>();
        services.AddScoped<Live.ProviderActs>();
        services.AddScoped<Live.SessionActs>();
        services.AddScoped<Live.VisitorActs>();
        return services;
    }

    public static void MapPortal(this IEndpointRouteBuilder app)
    {
        app.MapStaticAssets().AllowAnonymous();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(options => options.ContentSecurityFrameAncestorsPolicy = null); // PortalHeaders says it
    }
}
