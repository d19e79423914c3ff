using Microsoft.Extensions.DependencyInjection;

namespace PortPortal.Engine.AllowLists;

internal static class AllowListsRegistration
{
    /// <summary>Add it before the exposures: a port that names a list is read with it.</summary>
    public static IServiceCollection AddAllowLists(this IServiceCollection services)
    {
        services.AddSingleton<AllowListFeed>();
        services.AddSingleton<AllowListService>();
        services.AddHostedService<AllowListLoader>();
        return services;
    }
}
