using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using PortPortal.Engine.Common;

namespace PortPortal.Engine.Data;

/// <summary>The file of an SQLite database, full of keys: its owner alone may read it, also in a directory that is open to all, as a volume may be.</summary>
internal static class SqliteFile
{
    private const UnixFileMode OwnerReadsWrites = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Where it is unless settings say otherwise.</summary>
    public static string PathIn(DataDirectory directory) => directory.File("portportal.db");

    /// <summary>Before the database is opened first: the files that SQLite puts beside it take its mode (sqlite.org/tempfiles.html).</summary>
    public static void MakePrivate(DatabaseFacade database)
    {
        var path = database.GetDbConnection().DataSource;
        if (OperatingSystem.IsWindows() || !Path.IsPathFullyQualified(path) || !Directory.Exists(Path.GetDirectoryName(path)))
        {
            return; // in memory, or for SQLite to refuse
        }

        File.Open(path, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Read, Share = FileShare.ReadWrite, UnixCreateMode = OwnerReadsWrites }).Dispose();
        foreach (var file in new[] { path, path + "-wal", path + "-shm" }.Where(File.Exists))
        {
            UnixModes.Set(file, OwnerReadsWrites);
        }

        // A file without a log yet gets one here: whether the database exists is asked by a connection that may not write.
        database.OpenConnection();
        database.CloseConnection();
    }
}
