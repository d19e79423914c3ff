using Microsoft.EntityFrameworkCore;

namespace PortPortal.Engine.Data;

/// <summary>The database. It names no entity: every slice brings its own <see cref="IEntityTypeConfiguration{T}"/>.</summary>
internal abstract class PortPortalDbContext(DbContextOptions options) : DbContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder) =>
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(PortPortalDbContext).Assembly);

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        // SQLite cannot order or compare a DateTimeOffset; whole milliseconds since 1970 sort the same everywhere.
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UnixMilliseconds>();
        configurationBuilder.Properties<Enum>().HaveConversion<string>().HaveMaxLength(32);
    }
}

/// <summary>The context whose migrations are written for SQLite.</summary>
internal sealed class SqliteDbContext(DbContextOptions<SqliteDbContext> options) : PortPortalDbContext(options);

/// <summary>The context whose migrations are written for PostgreSQL.</summary>
internal sealed class PostgreSqlDbContext(DbContextOptions<PostgreSqlDbContext> options) : PortPortalDbContext(options);
