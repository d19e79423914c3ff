namespace PortPortal.Hubs;

internal static class HubRegistration
{
    public static IServiceCollection AddStatusHub(this IServiceCollection services)
    {
        services.AddSignalR();
        return services;
    }

    public static void MapStatusHub(this IEndpointRouteBuilder app) => app.MapHub<StatusHub>(StatusHub.Path);
}
