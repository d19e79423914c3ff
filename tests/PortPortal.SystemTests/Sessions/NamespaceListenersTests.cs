using PortPortal.Engine.Sessions;
using PortPortal.Engine.Sessions.Listeners;
using Place = PortPortal.Engine.Sessions.Listeners.NetworkNamespace;

namespace PortPortal.SystemTests.Sessions;

/// <summary>Listeners in a network namespace that is not PortPortal's own, as containers and sandboxes have.</summary>
public sealed class NamespaceListenersTests
{
    private const int Port = 8123;

    private static readonly Func<ISocketTable>[] SockDiag = [() => new SockDiagTable()];
    private static readonly Func<ISocketTable>[] Proc = [() => new ProcNetTable()];

    [SystemFact("perl")]
    public async Task S17_NamedNamespace_ShowsItsListenersAndNobodyElses()
    {
        await using var inside = await NetworkNamespace.CreateAsync();
        await using var listener = await ListenAsync(inside);

        foreach (var way in (Func<ISocketTable>[][])[SockDiag, Proc])
        {
            using var scanner = Scanner(Place.At($"/run/netns/{inside.Name}"), way);

            var found = Assert.Single(scanner.Scan().Listeners);

            Assert.Equal((Port, listener.Id, "perl"), (found.Port, found.Process?.Pid, found.Process?.Name));
        }
    }

    [SystemFact("perl")]
    public async Task S17_NamespaceOfAProcess_ShowsItsListeners()
    {
        await using var inside = await NetworkNamespace.CreateAsync();
        await using var listener = await ListenAsync(inside);
        using var scanner = Scanner(Place.OfProcess(listener.Id), SockDiag);

        Assert.Equal(Port, Assert.Single(scanner.Scan().Listeners).Port);
    }

    [SystemFact("perl")]
    public async Task Scan_ListenersComeAndGoInside_IsSeenThroughTheOpenSocket()
    {
        await using var inside = await NetworkNamespace.CreateAsync();
        using var scanner = Scanner(Place.At($"/run/netns/{inside.Name}"), SockDiag);
        Assert.Empty(scanner.Scan().Listeners);

        await using (await ListenAsync(inside))
        {
            Assert.Equal(Port, Assert.Single(scanner.Scan().Listeners).Port);
        }

        Assert.Empty(scanner.Scan().Listeners);
    }

    [SystemFact("perl")]
    public async Task Scan_AnotherNamespace_LeavesThisProcessWhereItWas()
    {
        await using var inside = await NetworkNamespace.CreateAsync();
        await using var listener = await ListenAsync(inside);
        using var there = Scanner(Place.At($"/run/netns/{inside.Name}"), SockDiag);
        using var here = Scanner(Place.Own, SockDiag);

        Assert.Single(there.Scan().Listeners);

        Assert.DoesNotContain(here.Scan().Listeners, found => found.Port == Port && found.Process?.Pid == listener.Id);
    }

    [SystemFact("perl")]
    public async Task Scan_NamespaceHasItsOwnEphemeralRange_GoesByIt()
    {
        await using var inside = await NetworkNamespace.CreateAsync();
        await inside.RunAsync($"echo {Port} {Port + 1} > /proc/sys/net/ipv4/ip_local_port_range");
        await using var listener = await ListenAsync(inside, portVariable: true);
        using var scanner = Scanner(Place.At($"/run/netns/{inside.Name}"), SockDiag);

        Assert.Equal(HiddenReason.Ephemeral, Assert.Single(scanner.Scan().Listeners).Hidden);
    }

    [SystemFact]
    public async Task Scan_NamespaceWasDeleted_SaysSo()
    {
        var inside = await NetworkNamespace.CreateAsync();
        await inside.DisposeAsync();
        using var scanner = Scanner(Place.At($"/run/netns/{inside.Name}"), SockDiag);

        Assert.False(scanner.Scan().Succeeded);
    }

    /// <param name="inside">Where.</param>
    /// <param name="portVariable">Keep the number out of the arguments, as a port that nobody chose would be.</param>
    private static async Task<ChildProcess> ListenAsync(NetworkNamespace inside, bool portVariable = false)
    {
        var number = portVariable ? "8000 + 123" : $"{Port}";
        var child = inside.Start("perl", "-MIO::Socket::INET", "-e", $"$| = 1; my $s = IO::Socket::INET->new(Listen => 5, LocalAddr => '127.0.0.1', LocalPort => {number}) or die $!; print qq(ready\\n); sleep 60");
        await child.LineAsync(line => line == "ready", TimeSpan.FromSeconds(10));
        return child;
    }

    private static ListenerScanner Scanner(Place place, IReadOnlyList<Func<ISocketTable>> way) =>
        new(place, new SocketOwners(TimeProvider.System), new HidingRule(new OwnListeners(), ownPid: null), way);
}
