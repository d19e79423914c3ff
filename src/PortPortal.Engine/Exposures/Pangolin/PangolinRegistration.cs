using Microsoft.Extensions.DependencyInjection;
using PortPortal.Engine.Common;
using PortPortal.Engine.Tunnels.Pangolin;

namespace PortPortal.Engine.Exposures.Pangolin;

internal static class PangolinRegistration
{
    public static IServiceCollection AddPangolin(this IServiceCollection services)
    {
        services.AddOptions<PangolinOptions>().BindSettings(PangolinOptions.Section);
        services.AddSingleton<PangolinWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<PangolinWatch>());
        return services;
    }
}
