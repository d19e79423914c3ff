using Microsoft.Extensions.DependencyInjection;

namespace PortPortal.Engine.Sessions;

internal static class SessionsRegistration
{
    public static IServiceCollection AddSessions(this IServiceCollection services)
    {
        services.AddOptions<SessionOptions>().BindConfiguration(SessionOptions.Section).ValidateOnStart();
        services.AddSingleton<SessionFeed>();
        services.AddSingleton<SessionAddressPolicy>();
        services.AddSingleton<SessionRules>();
        services.AddSingleton<SessionService>();
        services.AddHostedService<SessionLoader>();
        return services;
    }
}
