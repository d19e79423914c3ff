using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using PortPortal.Engine.ShareLinks.Previews;

namespace PortPortal.Engine.ShareLinks;

internal static class ShareLinksRegistration
{
    /// <summary>Add it after the exposures: what works is judged by them.</summary>
    public static IServiceCollection AddShareLinks(this IServiceCollection services)
    {
        services.AddLiveLinks();
        services.AddSingleton<ShareLinkService>();
        services.AddSingleton<PreviewLinkService>();
        services.AddScoped<IInterceptor, ShareLinkBirth>();
        services.AddHostedService<ShareLinkWatch>();
        services.AddHostedService<PreviewLinkWatch>();
        return services;
    }

    /// <summary>What the edge needs of links.</summary>
    public static IServiceCollection AddLiveLinks(this IServiceCollection services)
    {
        services.AddSingleton<ShareLinkFeed>();
        services.AddSingleton<ShareLinkTokens>();
        services.AddSingleton<LiveLinks>();
        services.AddSingleton<ShareLinkUses>();
        services.AddSingleton<PreviewTokens>();
        services.AddSingleton<LivePreviews>();
        return services;
    }
}
