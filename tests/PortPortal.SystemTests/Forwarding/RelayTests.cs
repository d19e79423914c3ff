using System.Globalization;
using System.Net;
using System.Net.Sockets;
using PortPortal.Engine.Forwarding;
using Xunit.Abstractions;

namespace PortPortal.SystemTests.Forwarding;

/// <summary>The relay in a process that may not touch the kernel's tables.</summary>
[Collection(HeavyCollection.Name)]
public sealed class RelayTests(ITestOutputHelper output)
{
    private const int Connections = 9_000;
    private const int AtOnce = 200;

    private static readonly string[] WithoutNetAdmin = ["setpriv", "--bounding-set=-net_admin", "--inh-caps=-net_admin"];

    [SystemFact("setpriv", "nft")]
    public async Task WithoutNetAdmin_TheRelayForwards_AndSaysWhy()
    {
        await using var lab = await ForwardingLab.CreateAsync();
        await using var forwarder = await RemoteForwarder.StartAsync(lab.Host, ForwardingDriver.Auto, WithoutNetAdmin);
        lab.StartApp(lab.Guest, "web", ForwardingLab.GuestAddress, out var target);
        var forward = new PlannedForward { Mark = 1, PublicPort = 20001, Target = target };

        var report = await forwarder.ApplyAsync(new([forward]), CancellationToken.None);

        Assert.Equal(new("userspace relay", "Bytes are copied by this process, because CAP_NET_ADMIN is missing."), forwarder.Status);
        Assert.True(Assert.Single(report.Items).Applied);
        Assert.Empty(await lab.Host.RunAsync("nft list tables"));
        foreach (var (from, address) in new[] { (lab.Visitor, ForwardingLab.HostAddress), (lab.Visitor, ForwardingLab.HostAddress6), (lab.Sibling, "10.77.0.1"), (lab.Host, "::1") })
        {
            await using var flow = await ForwardingLab.DialAsync(from, address, forward.PublicPort);
            Assert.Equal("web", flow?.App);
        }
    }

    [SystemFact("setpriv")]
    public async Task Interface_OnlyItsOwnVisitorsGetIn()
    {
        await using var lab = await ForwardingLab.CreateAsync();
        await using var forwarder = await RemoteForwarder.StartAsync(lab.Host, ForwardingDriver.Relay);
        lab.StartApp(lab.Guest, "web", ForwardingLab.GuestAddress, out var target);
        var forward = new PlannedForward { Mark = 1, PublicPort = 20001, Target = target, Interface = "up0" };

        await forwarder.ApplyAsync(new([forward]), CancellationToken.None);

        await using var flow = await ForwardingLab.DialAsync(lab.Visitor, ForwardingLab.HostAddress, forward.PublicPort);
        Assert.Equal("web", flow?.App);
        Assert.Null(await ForwardingLab.DialAsync(lab.Sibling, "10.77.0.1", forward.PublicPort));
        Assert.Null(await ForwardingLab.DialAsync(lab.Host, "127.0.0.1", forward.PublicPort));
        Assert.Null(await ForwardingLab.DialAsync(lab.Host, ForwardingLab.HostAddress, forward.PublicPort));
    }

    [SystemFact]
    public async Task NineThousandConnections_AreHeldInBoundedMemory_AndCutTogether()
    {
        await using var lab = await ForwardingLab.CreateAsync();
        await using var forwarder = await RemoteForwarder.StartAsync(lab.Host, ForwardingDriver.Relay);
        using var app = ForwardingLab.SocketIn(lab.Guest);
        app.Bind(IPEndPoint.Parse($"{ForwardingLab.GuestAddress}:3000"));
        app.Listen(4096);
        var forward = new PlannedForward { Mark = 1, PublicPort = 20001, Target = (IPEndPoint)app.LocalEndPoint! };
        await forwarder.ApplyAsync(new([forward]), CancellationToken.None);
        var before = ResidentKilobytes(forwarder.ProcessId);

        var accepting = AcceptAsync(app, Connections);
        var visitors = ForwardingLab.SocketsIn(lab.Visitor, Connections);
        var to = IPEndPoint.Parse($"{ForwardingLab.HostAddress}:{forward.PublicPort}");
        await Parallel.ForEachAsync(visitors, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (visitor, cancel) => await ConnectAsync(visitor, to, cancel));
        var apps = await accepting.WaitAsync(TimeSpan.FromSeconds(30));

        var each = (ResidentKilobytes(forwarder.ProcessId) - before) / (double)Connections;
        output.WriteLine($"{Connections} idle connections: {each:0.0} KB each");
        Assert.InRange(each, 0, 20);
        Assert.Equal(Connections, Assert.Single(await forwarder.ReadTrafficAsync(CancellationToken.None)).Connections);

        await forwarder.ApplyAsync(ForwardPlan.Empty, CancellationToken.None);
        var ends = await Task.WhenAll(visitors.Select(HasEndedAsync)).WaitAsync(TimeSpan.FromSeconds(10));
        Assert.DoesNotContain(false, ends);

        foreach (var socket in visitors.Concat(apps))
        {
            socket.Dispose();
        }
    }

    /// <summary>Connects and waits for one byte, so that the app's side is open too.</summary>
    private static async Task ConnectAsync(Socket visitor, IPEndPoint to, CancellationToken cancellationToken)
    {
        await visitor.ConnectAsync(to, cancellationToken);
        Assert.Equal(1, await visitor.ReceiveAsync(new byte[1], cancellationToken));
    }

    private static async Task<List<Socket>> AcceptAsync(Socket app, int count)
    {
        var accepted = new List<Socket>(count);
        while (accepted.Count < count)
        {
            var visitor = await app.AcceptAsync();
            await visitor.SendAsync(new byte[1]);
            accepted.Add(visitor);
        }

        return accepted;
    }

    private static async Task<bool> HasEndedAsync(Socket visitor)
    {
        try
        {
            return await visitor.ReceiveAsync(new byte[1]) == 0;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    private static long ResidentKilobytes(int process)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(l => l.StartsWith("VmRSS", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
