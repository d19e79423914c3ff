using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace PortPortal.Engine.Sessions;

internal static class SessionsRegistration
{
    public static IServiceCollection AddSessions(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<SessionOptions>().Bind(configuration.GetSection(SessionOptions.Section)).ValidateOnStart();
        services.AddSingleton<SessionFeed>();
        services.AddSingleton<IValidateOptions<SessionOptions>, SessionOptionsRules>();
        services.AddSingleton<OwnListeners>();
        services.AddSingleton<SessionAddressPolicy>();
        services.AddSingleton<SessionRules>();
        services.AddSingleton<SessionService>();
        services.AddHostedService<SessionLoader>();
        return services;
    }
}
