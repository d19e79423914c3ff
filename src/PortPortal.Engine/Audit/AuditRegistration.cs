using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using PortPortal.Engine.Common;
using PortPortal.Engine.Data;

namespace PortPortal.Engine.Audit;

internal static class AuditRegistration
{
    public static IServiceCollection AddAudit(this IServiceCollection services)
    {
        services.AddOptions<AuditOptions>().BindSettings(AuditOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<AuditOptions>, AuditOptionsValidation>();
        services.AddSingleton<AuditFeed>();
        services.AddSingleton<AuditKeeper>();
        services.ConfigureDbContext<SqliteDbContext>(Keep);
        services.ConfigureDbContext<PostgreSqlDbContext>(Keep);
        services.AddSingleton<AuditLog>();
        services.AddSingleton<AuditSpool>();
        services.AddHostedService(provider => provider.GetRequiredService<AuditSpool>());
        services.AddSingleton<AuditPruning>();
        services.AddHostedService(provider => provider.GetRequiredService<AuditPruning>());
        return services;

        static void Keep(IServiceProvider services, DbContextOptionsBuilder builder) => builder.AddInterceptors(services.GetRequiredService<AuditKeeper>());
    }
}
