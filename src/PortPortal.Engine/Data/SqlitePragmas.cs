using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace PortPortal.Engine.Data;

/// <summary>Makes every SQLite connection durable: write-ahead log, a full sync per commit, and a wait instead of an error while another writes.</summary>
/// <remarks>synchronous=FULL: with NORMAL a power cut may undo a revocation that was already answered (sqlite.org/pragma.html).</remarks>
internal sealed class SqlitePragmas : DbConnectionInterceptor
{
    private const string Pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=5000; PRAGMA foreign_keys=ON;";

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        using var command = connection.CreateCommand();
        command.CommandText = Pragmas;
        command.ExecuteNonQuery();
    }

    public override async Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = Pragmas;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
