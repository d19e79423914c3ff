using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace PortPortal.Engine.Data;

internal static class DataRegistration
{
    /// <summary>The database of the configured provider, and the Data Protection ring kept in it.</summary>
    public static IServiceCollection AddData(this IServiceCollection services, IConfiguration configuration)
    {
        // Which provider to register has to be known now, so these options are read now.
        var options = configuration.GetSection(DatabaseOptions.Section).Get<DatabaseOptions>() ?? new();
        var directory = new DataDirectory(configuration[DataDirectory.Setting] is { Length: > 0 } path ? path : DataDirectory.Default);
        services.AddSingleton(directory);
        services.AddSingleton<Database>();
        switch (options.Provider)
        {
            case DatabaseProvider.PostgreSql:
                services.AddDbContext<PortPortalDbContext, PostgreSqlDbContext>(builder => builder.UseNpgsql(options.ConnectionString));
                break;
            default:
                services.AddDbContext<PortPortalDbContext, SqliteDbContext>(builder => builder
                    .UseSqlite(SqliteConnectionString(options, directory))
                    .AddInterceptors(new SqlitePragmas()));
                break;
        }

        services.AddDataProtection().SetApplicationName("PortPortal");
        services.AddSingleton<DataProtectionKeys>();
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(provider => new ConfigureOptions<KeyManagementOptions>(
            keys => keys.XmlRepository = provider.GetRequiredService<DataProtectionKeys>()));
        return services;
    }

    private static string SqliteConnectionString(DatabaseOptions options, DataDirectory directory) =>
        options.ConnectionString is { Length: > 0 } given
            ? given
            : new SqliteConnectionStringBuilder { DataSource = directory.File("portportal.db") }.ToString();
}
