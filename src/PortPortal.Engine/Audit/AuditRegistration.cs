using Microsoft.Extensions.DependencyInjection;

namespace PortPortal.Engine.Audit;

internal static class AuditRegistration
{
    public static IServiceCollection AddAudit(this IServiceCollection services)
    {
        services.AddSingleton<AuditSpool>();
        services.AddHostedService(provider => provider.GetRequiredService<AuditSpool>());
        return services;
    }
}
