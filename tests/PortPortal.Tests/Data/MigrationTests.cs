using Microsoft.EntityFrameworkCore;
using PortPortal.Engine.Data;

namespace PortPortal.Tests.Data;

/// <summary>A forgotten migration stops the program at its start; here it stops before.</summary>
public sealed class MigrationTests
{
    [Fact]
    public void Migrations_OfSqlite_MatchTheEntities()
    {
        using var db = new SqliteDbContext(new DbContextOptionsBuilder<SqliteDbContext>().UseSqlite("Data Source=:memory:").Options);

        Assert.False(db.Database.HasPendingModelChanges(), "Run tests/DesignTime/migrate.sh.");
    }

    [Fact]
    public void Migrations_OfPostgreSql_MatchTheEntities()
    {
        using var db = new PostgreSqlDbContext(new DbContextOptionsBuilder<PostgreSqlDbContext>().UseNpgsql("Host=localhost").Options);

        Assert.False(db.Database.HasPendingModelChanges(), "Run tests/DesignTime/migrate.sh.");
    }
}
