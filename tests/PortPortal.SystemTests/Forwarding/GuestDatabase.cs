using System.Globalization;

namespace PortPortal.SystemTests.Forwarding;

/// <summary>A real PostgreSQL in a guest, with its files in a folder of its own.</summary>
internal sealed class GuestDatabase : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TempDirectory _directory;
    private readonly ChildProcess _server;

    private GuestDatabase(TempDirectory directory, ChildProcess server) => (_directory, _server) = (directory, server);

    public int Port => 5432;

    public static async Task<GuestDatabase> StartAsync(NetworkNamespace guest, string address)
    {
        var directory = new TempDirectory();
        var programs = Directory.GetDirectories("/usr/lib/postgresql").Max(StringComparer.Ordinal) + "/bin";
        var files = directory.File("database");
        await NetworkNamespace.ShellAsync($"install -d -o postgres {files} && chmod a+rx {directory.Root} && runuser -u postgres -- {programs}/initdb -D {files} -A trust -U postgres --no-sync >/dev/null");
        await NetworkNamespace.ShellAsync($"echo 'host all all 0.0.0.0/0 trust' >> {files}/pg_hba.conf");
        string[] command = ["runuser", "-u", "postgres", "--", $"{programs}/postgres", "-D", files, "-h", address, "-p", 5432.ToString(CultureInfo.InvariantCulture), "-k", files, "-F"];
        var server = guest.Start(command[0], command[1..]);
        try
        {
            await server.LineAsync(line => line.Contains("ready to accept connections", StringComparison.Ordinal), Patience);
            return new(directory, server);
        }
        catch
        {
            await server.DisposeAsync();
            directory.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _directory.Dispose();
    }
}
