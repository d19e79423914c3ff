using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using PortPortal.Engine.Common;

namespace PortPortal.Engine.Edge.Listener;

internal static class EdgeListenerRegistration
{
    /// <summary>Makes Kestrel the edge's listener, and the public names known to everybody.</summary>
    /// <remarks>Needs <c>AddCertificates</c>.</remarks>
    public static IServiceCollection AddEdgeListener(this IServiceCollection services)
    {
        services.AddOptions<EdgeOptions>()
            .BindSettings(EdgeOptions.Section)
            .Configure<IConfiguration>((options, configuration) => options.PortalUrl = configuration["Portal:Url"] ?? options.PortalUrl)
            .ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<EdgeOptions>, EdgeOptionsValidation>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider => provider.GetRequiredService<IOptions<EdgeOptions>>().Value.PublicAddress);
        services.AddSingleton<EdgeEntrance>();
        services.AddSingleton<TlsHandshake>();
        services.AddHostedService<EdgeListener>();
        services.AddSingleton<IConnectionListenerFactory, EdgeTransport>();
        return services;
    }
}
