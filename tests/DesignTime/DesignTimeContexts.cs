using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using PortPortal.Engine.Data;

namespace PortPortal.DesignTime;

/// <summary>Gives dotnet-ef each provider's context; nothing is ever opened.</summary>
internal sealed class DesignTimeContexts : IDesignTimeDbContextFactory<SqliteDbContext>, IDesignTimeDbContextFactory<PostgreSqlDbContext>
{
    SqliteDbContext IDesignTimeDbContextFactory<SqliteDbContext>.CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqliteDbContext>().UseSqlite("Data Source=:memory:").Options);

    PostgreSqlDbContext IDesignTimeDbContextFactory<PostgreSqlDbContext>.CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<PostgreSqlDbContext>().UseNpgsql("Host=localhost").Options);
}
