using System.Runtime.Versioning;
using Microsoft.EntityFrameworkCore;
using PortPortal.Engine.Data;

namespace PortPortal.Tests.Data;

[UnsupportedOSPlatform("windows")] // file modes
public sealed class SqliteFileTests : IDisposable
{
    private const UnixFileMode OwnerReadsWrites = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode AllRead = OwnerReadsWrites | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Database_InADirectoryOpenToAll_CanBeReadByItsOwnerAlone(bool itWasOpen)
    {
        File.SetUnixFileMode(_directory.Root, AllRead | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        var path = _directory.File("portportal.db");
        if (itWasOpen)
        {
            await File.WriteAllBytesAsync(path, []);
            File.SetUnixFileMode(path, AllRead);
        }

        await using var db = new SqliteDbContext(new DbContextOptionsBuilder<SqliteDbContext>().UseSqlite($"Data Source={path}").AddInterceptors(new SqlitePragmas()).Options);
        SqliteFile.MakePrivate(db.Database);
        await db.Database.MigrateAsync();

        Assert.All(Directory.GetFiles(_directory.Root), file => Assert.Equal(OwnerReadsWrites, File.GetUnixFileMode(file)));
        Assert.Contains(path, Directory.GetFiles(_directory.Root));
    }
}
