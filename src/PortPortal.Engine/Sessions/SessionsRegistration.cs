using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using PortPortal.Engine.Common;
using PortPortal.Engine.Sessions.Listeners;

namespace PortPortal.Engine.Sessions;

internal static class SessionsRegistration
{
    public static IServiceCollection AddSessions(this IServiceCollection services)
    {
        services.AddOptions<SessionOptions>().BindSettings(SessionOptions.Section).Configure<IConfiguration>(ReadAllowedAddresses).ValidateOnStart();
        services.AddSingleton<SessionFeed>();
        services.AddSingleton<IValidateOptions<SessionOptions>, SessionOptionsRules>();
        services.AddSingleton<OwnListeners>();
        services.AddSingleton<SessionAddressPolicy>();
        services.AddSingleton<SessionRules>();
        services.AddSingleton<SessionService>();
        services.AddSingleton<SessionActivity>();
        services.AddSingleton<ListenerReports>();
        services.AddHostedService<SessionLoader>();
        services.AddListeners();
        services.AddHostedService<ThisMachineWatch>();
        return services;
    }

    private static void ReadAllowedAddresses(SessionOptions options, IConfiguration configuration)
    {
        foreach (var network in configuration.GetSection($"{SessionOptions.Section}:{nameof(SessionOptions.AllowedAddresses)}").GetChildren())
        {
            options.AllowedAddresses.Add(network.Value ?? "");
        }
    }
}
