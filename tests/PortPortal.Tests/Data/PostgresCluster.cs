using System.Globalization;
using System.Text.RegularExpressions;

namespace PortPortal.Tests.Data;

/// <summary>A PostgreSQL server of the tests' own, in a temporary folder, reached over a socket file only.</summary>
public sealed partial class PostgresCluster : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly TempDirectory _root = new();
    private ChildProcess? _server;
    private int _databases;

    /// <summary>Where Debian puts the programs; null where they are not installed.</summary>
    public static string? Programs { get; } = Directory.Exists("/usr/lib/postgresql")
        ? Directory.EnumerateDirectories("/usr/lib/postgresql").OrderByDescending(VersionOf).Select(folder => Path.Combine(folder, "bin")).FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")))
        : null;

    private string Cluster => Path.Combine(_root.Root, "cluster");

    public async Task InitializeAsync()
    {
        if (Programs is null)
        {
            return;
        }

        // The server refuses to run as root; the folder is for its account then.
        if (Environment.IsPrivilegedProcess)
        {
            await RunAsync(asServer: false, "chown", "postgres:", _root.Root);
        }

        await RunAsync(asServer: true, Path.Combine(Programs, "initdb"), "-D", Cluster, "-U", "portportal", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync");
        _server = Start(asServer: true, Path.Combine(Programs, "postgres"), "-D", Cluster, "-k", _root.Root, "-c", "listen_addresses=", "-c", "fsync=off");
        await _server.LineAsync(line => line.Contains("ready to accept connections", StringComparison.Ordinal), Patience);
    }

    /// <summary>An empty database, and how to reach it.</summary>
    public async Task<string> NewDatabaseAsync()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"portal{Interlocked.Increment(ref _databases)}");
        await RunAsync(asServer: false, Path.Combine(Programs!, "createdb"), "-h", _root.Root, "-U", "portportal", name);
        return $"Host={_root.Root};Username=portportal;Database={name}";
    }

    public async Task DisposeAsync()
    {
        if (_server is not null)
        {
            // fast: whoever is still connected is cut; a plain SIGTERM would wait for them.
            await RunAsync(asServer: true, Path.Combine(Programs!, "pg_ctl"), "-D", Cluster, "-m", "fast", "stop");
            await _server.DisposeAsync();
        }
    }

    public void Dispose() => _root.Dispose();

    private static ChildProcess Start(bool asServer, string program, params string[] arguments) => asServer && Environment.IsPrivilegedProcess
        ? ChildProcess.Start("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", program, .. arguments], workingDirectory: "/")
        : ChildProcess.Start(program, arguments, workingDirectory: "/");

    private static async Task RunAsync(bool asServer, string program, params string[] arguments)
    {
        await using var run = Start(asServer, program, arguments);
        var exitCode = await run.ExitAsync(Patience);
        Assert.True(exitCode == 0, $"{program} ended with {exitCode}:\n{run.Output}");
    }

    private static int VersionOf(string folder) => Number().Match(folder) is { Success: true, Value: var digits } ? int.Parse(digits, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex("[0-9]+$")]
    private static partial Regex Number();
}

/// <summary>A test that needs PostgreSQL's server programs, and says so where there are none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute() => Skip = PostgresCluster.Programs is null ? "needs PostgreSQL (Debian: postgresql); tests/run.sh installs what is missing" : null;
}
