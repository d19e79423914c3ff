using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using PortPortal.Engine.Sessions.Listeners;

namespace PortPortal.Engine.Sessions;

internal static class SessionsRegistration
{
    public static IServiceCollection AddSessions(this IServiceCollection services)
    {
        services.AddOptions<SessionOptions>().BindConfiguration(SessionOptions.Section).ValidateOnStart();
        services.AddSingleton<SessionFeed>();
        services.AddSingleton<IValidateOptions<SessionOptions>, SessionOptionsRules>();
        services.AddSingleton<OwnListeners>();
        services.AddSingleton<SessionAddressPolicy>();
        services.AddSingleton<SessionRules>();
        services.AddSingleton<SessionService>();
        services.AddHostedService<SessionLoader>();
        services.AddListeners();
        services.AddHostedService<ThisMachineWatch>();
        return services;
    }
}
