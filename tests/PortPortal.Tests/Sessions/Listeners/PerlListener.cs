using System.Globalization;
using PortPortal.Engine.Sessions;
using PortPortal.Engine.Sessions.Listeners;

namespace PortPortal.Tests.Sessions.Listeners;

/// <summary>Another process that listens on a loopback port and calls itself what the test wants; perl is part of every Debian.</summary>
internal sealed class PerlListener : IAsyncDisposable
{
    private readonly ChildProcess _process;
    private readonly string _renameFile;

    private PerlListener(ChildProcess process, string renameFile, int port) => (_process, _renameFile, Port) = (process, renameFile, port);

    public int Pid => _process.Id;

    public int Port { get; }

    /// <param name="directory">Where it works.</param>
    /// <param name="title">Between double quotes in perl.</param>
    /// <param name="laterTitle">What <see cref="RenameAsync"/> makes of it.</param>
    public static async Task<PerlListener> StartAsync(string directory, string title, string laterTitle = "")
    {
        var renameFile = Path.Combine(directory, "rename");
        var script = $$"""
            use IO::Socket::INET;
            $| = 1;
            my $socket = IO::Socket::INET->new(Listen => 5, LocalAddr => "127.0.0.1", LocalPort => 0) or die $!;
            $0 = "{{title}}";
            print "port ", $socket->sockport, "\n";
            while (1) { select(undef, undef, undef, 0.05); if (-e "{{renameFile}}") { $0 = "{{laterTitle}}"; print "renamed\n"; unlink "{{renameFile}}"; } }
            """;
        var process = ChildProcess.Start("perl", ["-e", script], workingDirectory: directory);
        var line = await process.LineAsync(said => said.StartsWith("port ", StringComparison.Ordinal), TimeSpan.FromSeconds(10));
        return new(process, renameFile, int.Parse(line[5..], CultureInfo.InvariantCulture));
    }

    public async Task RenameAsync()
    {
        await File.WriteAllTextAsync(_renameFile, "");
        await _process.LineAsync(said => said == "renamed", TimeSpan.FromSeconds(10));
    }

    public DetectedListener Scan()
    {
        using var scanner = new ListenerScanner(NetworkNamespace.Own, new SocketOwners(TimeProvider.System), new HidingRule(new OwnListeners(), ownPid: null));
        return Assert.Single(scanner.Scan().Listeners, found => found.Port == Port);
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
