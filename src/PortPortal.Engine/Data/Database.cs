using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace PortPortal.Engine.Data;

/// <summary>Opens short units of work for services that live as long as the process.</summary>
internal sealed class Database(IServiceScopeFactory scopes) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Runs <paramref name="work"/> with a context of its own.</summary>
    public async Task<T> RunAsync<T>(Func<PortPortalDbContext, Task<T>> work)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await work(scope.ServiceProvider.GetRequiredService<PortPortalDbContext>());
    }

    public Task RunAsync(Func<PortPortalDbContext, Task> work) => RunAsync(async db =>
    {
        await work(db);
        return true;
    });

    /// <summary>The same, one at a time: what is published inside <paramref name="work"/> is published in the order in which it was committed.</summary>
    public async Task<T> InTurnAsync<T>(Func<PortPortalDbContext, Task<T>> work, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return await RunAsync(work);
        }
        finally
        {
            _turn.Release();
        }
    }

    public Task InTurnAsync(Func<PortPortalDbContext, Task> work, CancellationToken cancellationToken) => InTurnAsync(
        async db =>
        {
            await work(db);
            return true;
        },
        cancellationToken);

    public void Dispose() => _turn.Dispose();

    /// <summary>Brings the schema up to date; a crash in between leaves the old one or the new one.</summary>
    /// <exception cref="InvalidDataException">The database is damaged, or newer than this program.</exception>
    public Task MigrateAsync(CancellationToken cancellationToken) => RunAsync(async db =>
    {
        if (db.Database.IsSqlite())
        {
            SqliteFile.MakePrivate(db.Database);
        }

        var known = db.Database.GetMigrations().ToHashSet(StringComparer.Ordinal);
        var applied = await db.Database.GetAppliedMigrationsAsync(cancellationToken);
        if (applied.FirstOrDefault(migration => !known.Contains(migration)) is { } foreign)
        {
            throw new InvalidDataException($"The database was written by a newer PortPortal (it holds the migration {foreign}). Start that version, or restore a backup.");
        }

        await db.Database.MigrateAsync(cancellationToken);
    });
}
