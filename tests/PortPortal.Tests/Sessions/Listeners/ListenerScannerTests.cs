using System.Net;
using System.Net.Sockets;
using PortPortal.Engine.Sessions;
using PortPortal.Engine.Sessions.Listeners;

namespace PortPortal.Tests.Sessions.Listeners;

/// <summary>Both ways of looking, on real sockets of this process.</summary>
public sealed class ListenerScannerTests
{
    public static TheoryData<string> Ways => ["sock_diag", "/proc/net"];

    [LinuxTheory]
    [MemberData(nameof(Ways))]
    public void S17_Ipv4Loopback_IsFoundWithItsProcess(string way)
    {
        using var listener = TestListener.On("127.0.0.1");
        using var scanner = Scanner(way);

        var found = Single(scanner, listener.Port);

        Assert.Equal(ListenerReach.Loopback, found.Address.Reach);
        Assert.Equal([IPAddress.Loopback], found.Address.DialOrder);
        Assert.Equal(Environment.ProcessId, found.Process?.Pid);
        Assert.NotEqual(0u, found.Inode);
    }

    [LinuxTheory]
    [MemberData(nameof(Ways))]
    public void S17_AnotherLoopbackAddress_IsDialledThere(string way)
    {
        using var listener = TestListener.On("127.0.0.2");
        using var scanner = Scanner(way);

        Assert.Equal([IPAddress.Parse("127.0.0.2")], Single(scanner, listener.Port).Address.DialOrder);
    }

    [LinuxTheory]
    [MemberData(nameof(Ways))]
    public void S17_Ipv6Loopback_IsFound(string way)
    {
        using var listener = TestListener.On("::1");
        using var scanner = Scanner(way);

        var address = Single(scanner, listener.Port).Address;

        Assert.Equal((ListenerReach.Loopback, false, true), (address.Reach, address.AcceptsIpv4, address.AcceptsIpv6));
    }

    [LinuxTheory]
    [MemberData(nameof(Ways))]
    public void S17_DualStack_IsOnePortForBothFamilies(string way)
    {
        using var listener = TestListener.On("::", dualStack: true);
        using var scanner = Scanner(way);

        var address = Single(scanner, listener.Port).Address;

        Assert.Equal((ListenerReach.Any, true, true), (address.Reach, address.AcceptsIpv4, address.AcceptsIpv6));
        Assert.Equal([IPAddress.Loopback, IPAddress.IPv6Loopback], address.DialOrder);
    }

    [LinuxFact]
    public void S17_Ipv6OnlyWildcard_IsDialledOverIpv6()
    {
        using var listener = TestListener.On("::");
        using var scanner = Scanner("sock_diag");

        var address = Single(scanner, listener.Port).Address;

        Assert.Equal((ListenerReach.Any, false, true), (address.Reach, address.AcceptsIpv4, address.AcceptsIpv6));
        Assert.Equal([IPAddress.IPv6Loopback], address.DialOrder);
    }

    [LinuxTheory]
    [MemberData(nameof(Ways))]
    public void S17_SocketPerFamily_MergesIntoOnePort(string way)
    {
        using var ipv4 = TestListener.On("127.0.0.1");
        using var ipv6 = TestListener.On("::1", ipv4.Port);
        using var scanner = Scanner(way);

        Assert.Equal([IPAddress.Loopback, IPAddress.IPv6Loopback], Single(scanner, ipv4.Port).Address.Bound);
    }

    [LinuxTheory]
    [MemberData(nameof(Ways))]
    public async Task S17_ConnectionsOfAPort_AreNotListeners(string way)
    {
        using var listener = TestListener.On("127.0.0.1");
        using var client = new TcpClient();
        await client.ConnectAsync(listener.EndPoint).WaitAsync(TimeSpan.FromSeconds(5));
        using var accepted = await listener.AcceptAsync();
        using var scanner = Scanner(way);

        Assert.DoesNotContain(scanner.Scan().Listeners, found => found.Port == ((IPEndPoint)client.Client.LocalEndPoint!).Port);
        Assert.NotNull(Single(scanner, listener.Port));
    }

    [LinuxTheory]
    [MemberData(nameof(Ways))]
    public void Scan_ListenerCloses_IsGoneBySecondLook(string way)
    {
        using var scanner = Scanner(way);
        var listener = TestListener.On("127.0.0.1");
        var port = listener.Port;
        Assert.NotNull(Single(scanner, port));

        listener.Dispose();
        scanner.Scan();

        Assert.DoesNotContain(scanner.Scan().Listeners, found => found.Port == port);
    }

    [LinuxFact]
    public void Scan_AnotherSocketOnTheSamePort_IsADifferentListener()
    {
        using var scanner = Scanner("sock_diag");
        var first = TestListener.On("127.0.0.1");
        var port = first.Port;
        var before = Single(scanner, port);
        first.Dispose();
        using var second = TestListener.On("127.0.0.1", port);

        Assert.NotEqual(before, Single(scanner, port));
    }

    [LinuxTheory]
    [MemberData(nameof(Ways))]
    public void Scan_NothingChanged_IsEqualByValue(string way)
    {
        using var listener = TestListener.On("127.0.0.1");
        using var scanner = Scanner(way);
        using var another = Scanner(way);

        Assert.Equal(Single(scanner, listener.Port), Single(another, listener.Port));
    }

    [LinuxFact]
    public void Fallback_SameMoment_SeesWhatSockDiagSees()
    {
        using var one = TestListener.On("127.0.0.1");
        using var two = TestListener.On("::1", one.Port);
        using var three = TestListener.On("::", dualStack: true);
        using var four = TestListener.On("0.0.0.0");
        int[] ports = [one.Port, three.Port, four.Port];
        using var sockDiag = Scanner("sock_diag");
        using var proc = Scanner("/proc/net");

        Assert.Equal(
            sockDiag.Scan().Listeners.Where(found => ports.Contains(found.Port)),
            proc.Scan().Listeners.Where(found => ports.Contains(found.Port)));
    }

    [LinuxFact]
    public void Fallback_SockDiagIsRefused_IsTaken()
    {
        using var listener = TestListener.On("127.0.0.1");
        using var scanner = Scanner(() => throw new IOException("not in this sandbox"), () => new ProcNetTable());

        Assert.Equal("/proc/net", scanner.Scan().Method);
        Assert.NotNull(Single(scanner, listener.Port));
    }

    [LinuxFact]
    public void Scan_NoWayToLook_SaysWhy()
    {
        using var scanner = Scanner(() => throw new IOException("The first reason."), () => throw new IOException("The second reason."));

        var scan = scanner.Scan();

        Assert.False(scan.Succeeded);
        Assert.Equal("The first reason.", scan.Problem);
        Assert.Empty(scan.Listeners);
    }

    [LinuxFact]
    public void Scan_TableBreaks_OpensAnotherTheNextTime()
    {
        using var listener = TestListener.On("127.0.0.1");
        var breaking = new BreakingTable(goodReads: 2);
        var opened = 0;
        using var scanner = Scanner(() => opened++ == 0 ? breaking : new SockDiagTable());
        Assert.True(scanner.Scan().Succeeded);

        Assert.False(scanner.Scan().Succeeded);

        Assert.True(breaking.IsDisposed);
        Assert.NotNull(Single(scanner, listener.Port));
    }

    [LinuxFact]
    public void Scan_SocketMissingFromOneReadOnly_StaysListed()
    {
        var table = new FlickeringTable(new ListeningSocket(IPAddress.Loopback, 4000, 4_000_000_000), new ListeningSocket(IPAddress.Loopback, 4001, 4_000_000_001));
        using var scanner = Scanner(() => table);
        Assert.Equal([4000, 4001], scanner.Scan().Listeners.Select(found => found.Port));
        table.LeaveOutOnce = 4001;

        Assert.Equal([4000, 4001], scanner.Scan().Listeners.Select(found => found.Port));
    }

    [LinuxFact]
    public void Scan_NoSuchNamespace_SaysSo()
    {
        using var scanner = new ListenerScanner(NetworkNamespace.At("/run/netns/there-is-none"), new SocketOwners(TimeProvider.System), Seen());

        var scan = scanner.Scan();

        Assert.False(scan.Succeeded);
        Assert.Contains("there-is-none", scan.Problem, StringComparison.Ordinal);
    }

    [LinuxFact]
    public void Scan_PortsInUse_AreInOrder()
    {
        using var one = TestListener.On("127.0.0.1");
        using var two = TestListener.On("127.0.0.1");
        using var scanner = Scanner("sock_diag");

        var ports = scanner.Scan().Listeners.Select(found => found.Port).ToList();

        Assert.Equal(ports.Distinct().Order(), ports);
    }

    [Fact]
    public void Scan_PortOfOurs_IsLeftOut()
    {
        using var listener = new TcpListener(IPAddress.Loopback, FreePort.Next());
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var own = new OwnListeners();
        using var scanner = new ListenerScanner(NetworkNamespace.Own, new SocketOwners(TimeProvider.System), new HidingRule(own, ownPid: null));

        var before = scanner.Scan().Listeners;
        own.Add(new(IPAddress.IPv6Any, port));

        Assert.Contains(before, found => found.Port == port);
        Assert.DoesNotContain(scanner.Scan().Listeners, found => found.Port == port);
    }

    private static DetectedListener Single(ListenerScanner scanner, int port) => Assert.Single(scanner.Scan().Listeners, found => found.Port == port);

    private static ListenerScanner Scanner(string way) => Scanner(way == "sock_diag" ? () => new SockDiagTable() : () => new ProcNetTable());

    private static ListenerScanner Scanner(params Func<ISocketTable>[] tables) =>
        new(NetworkNamespace.Own, new SocketOwners(TimeProvider.System), Seen(), tables);

    private static HidingRule Seen() => new(new OwnListeners(), ownPid: null);

    private sealed class BreakingTable(int goodReads) : ISocketTable
    {
        private int _reads;

        public string Name => "breaking";

        public bool IsDisposed { get; private set; }

        public void Read(List<ListeningSocket> sockets, bool afresh)
        {
            if (++_reads > goodReads)
            {
                throw new IOException("The kernel hung up.");
            }
        }

        public void Dispose() => IsDisposed = true;
    }

    private sealed class FlickeringTable(params ListeningSocket[] all) : ISocketTable
    {
        public int LeaveOutOnce { get; set; }

        public string Name => "flickering";

        public void Read(List<ListeningSocket> sockets, bool afresh)
        {
            sockets.AddRange(all.Where(socket => socket.Port != LeaveOutOnce));
            LeaveOutOnce = 0;
        }

        public void Dispose()
        {
        }
    }
}
