using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using PortPortal.Engine.Common;

namespace PortPortal.Engine.Data;

internal static class DataRegistration
{
    /// <summary>The database of the configured provider, and the Data Protection ring kept in it.</summary>
    /// <remarks>What a slice has to say about other slices' changes it registers as an <see cref="IInterceptor"/>, one for each unit of work.</remarks>
    public static IServiceCollection AddData(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<DatabaseOptions>().BindSettings(DatabaseOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<DatabaseOptions>, DatabaseOptionsValidation>();
        var directory = new DataDirectory(DataDirectory.PathIn(configuration));
        services.AddSingleton(directory);
        services.AddSingleton<Database>();

        // Which context to register has to be known now; whether the setting makes sense is judged with all the others.
        if (Enum.TryParse<DatabaseProvider>(configuration[$"{DatabaseOptions.Section}:{nameof(DatabaseOptions.Provider)}"], ignoreCase: true, out var provider) && provider == DatabaseProvider.PostgreSql)
        {
            services.AddDbContext<PortPortalDbContext, PostgreSqlDbContext>((services, builder) => builder
                .UseNpgsql(OptionsOf(services).ConnectionString)
                .AddInterceptors(services.GetServices<IInterceptor>()));
        }
        else
        {
            services.AddDbContext<PortPortalDbContext, SqliteDbContext>((services, builder) => builder
                .UseSqlite(SqliteConnectionString(OptionsOf(services), directory))
                .AddInterceptors([new SqlitePragmas(), .. services.GetServices<IInterceptor>()]));
        }

        services.AddDataProtection().SetApplicationName("PortPortal");
        services.AddSingleton<DataProtectionKeys>();
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(provider => new ConfigureOptions<KeyManagementOptions>(
            keys => keys.XmlRepository = provider.GetRequiredService<DataProtectionKeys>()));
        return services;
    }

    private static DatabaseOptions OptionsOf(IServiceProvider services) => services.GetRequiredService<IOptions<DatabaseOptions>>().Value;

    private static string SqliteConnectionString(DatabaseOptions options, DataDirectory directory) =>
        options.ConnectionString is { Length: > 0 } given
            ? given
            : new SqliteConnectionStringBuilder { DataSource = SqliteFile.PathIn(directory) }.ToString();
}
