using System.Diagnostics;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using PortPortal.SystemTests.Forwarding;
using Xunit.Abstractions;

namespace PortPortal.SystemTests.Nodes;

/// <summary>The real program on three machines: from a visitor to a guest behind a node that nobody can call.</summary>
[Collection(HeavyCollection.Name)]
public sealed class NodePathTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Patience = NodeLab.Patience;

    [SystemFact("wireguard-go", "nft")]
    public async Task P12_Visitor_ReachesTheGuestThroughTheTunnel()
    {
        await using var lab = await NodeLab.CreateAsync();
        await lab.AwaitWayAsync("wireGuard", Patience);
        using var visitor = lab.NewClient();
        await Eventually.TrueAsync(() => lab.WorksAsync(visitor), "the guest answers", Patience);

        var echo = await visitor.GetStringAsync(new Uri(lab.Url, "/echo"));
        using var socket = await lab.OpenSocketAsync();
        var said = await SayAsync(socket, "hello");
        var rules = await lab.Node.RunAsync("nft list table inet portportal");

        Assert.Contains($"X-Forwarded-For: {NodeLab.VisitorAddress}", echo, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("X-Forwarded-Proto: https", echo, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("hello", said);
        Assert.Equal(5_000_000, (await visitor.GetByteArrayAsync(new Uri(lab.Url, "/bytes/5000000"))).Length);
        Assert.Contains($"{NodeLab.GuestAddress} . {NodeLab.GuestPort}", rules, StringComparison.Ordinal);
    }

    [SystemFact("wireguard-go", "nft")]
    public async Task UdpDropped_TrafficTakesTheStream_AndTheTunnelAgainWhenItHeals()
    {
        await using var lab = await NodeLab.CreateAsync();
        await lab.AwaitWayAsync("wireGuard", Patience);
        using var visitor = lab.NewClient();
        await Eventually.TrueAsync(() => lab.WorksAsync(visitor), "the guest answers", Patience);

        await using var events = await lab.EventsAsync();
        var started = Stopwatch.GetTimestamp();
        await lab.CutUdpAsync();
        var fallen = await events.NextAsync(node => node.GetProperty("way").GetString() == "stream", TimeSpan.FromSeconds(10));
        output.WriteLine($"UDP cut → stream named after {Stopwatch.GetElapsedTime(started).TotalSeconds:0.00} s");
        await Eventually.TrueAsync(() => lab.WorksAsync(visitor), "the guest answers through the stream", TimeSpan.FromSeconds(10));
        output.WriteLine($"and a page through it after {Stopwatch.GetElapsedTime(started).TotalSeconds:0.00} s");
        using var socket = await lab.OpenSocketAsync();

        Assert.Contains("heartbeat", fallen.GetProperty("problem").GetString(), StringComparison.Ordinal);
        Assert.Equal("one", await SayAsync(socket, "one"));

        // A way that comes up beside the other cuts nothing.
        await lab.HealAsync();
        await events.NextAsync(node => node.GetProperty("way").GetString() == "wireGuard", Patience);
        Assert.True(await lab.WorksAsync(visitor));
        Assert.Equal("two", await SayAsync(socket, "two"));
    }

    [SystemFact("wireguard-go", "nft")]
    public async Task NodeKilled_IsNamedWithinTwoSeconds_AndComesBackAtTheSameAddress()
    {
        await using var lab = await NodeLab.CreateAsync();
        await lab.AwaitWayAsync("wireGuard", Patience);
        using var visitor = lab.NewClient();
        await Eventually.TrueAsync(() => lab.WorksAsync(visitor), "the guest answers", Patience);

        await using var events = await lab.EventsAsync();
        var started = Stopwatch.GetTimestamp();
        await lab.NodeProgram.KillAsync();
        await events.NextAsync(node => node.GetProperty("state").GetString() == "unreachable", TimeSpan.FromSeconds(10));
        var named = Stopwatch.GetElapsedTime(started);
        using var refused = await visitor.GetAsync(lab.Url);

        output.WriteLine($"kill -9 of the node → named after {named.TotalSeconds:0.00} s");
        Assert.InRange(named.TotalSeconds, 0, 2.5);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Contains("node_unreachable", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        await lab.StartNodeAsync();
        await Eventually.TrueAsync(() => lab.WorksAsync(visitor), "the same address works again", Patience);
        await lab.AwaitWayAsync("wireGuard", Patience);
        Assert.True(await lab.WorksAsync(visitor));
    }

    [SystemFact("wireguard-go", "nft")]
    public async Task EdgeKilled_NodesComeBackToTheNextOne()
    {
        await using var lab = await NodeLab.CreateAsync();
        await lab.AwaitWayAsync("wireGuard", Patience);
        using var visitor = lab.NewClient();
        await Eventually.TrueAsync(() => lab.WorksAsync(visitor), "the guest answers", Patience);

        await lab.EdgeProgram.KillAsync();
        await lab.StartEdgeAsync();
        var started = Stopwatch.GetTimestamp();
        await Eventually.TrueAsync(() => lab.WorksAsync(visitor), "the guest answers through the next edge", Patience);
        output.WriteLine($"edge killed and started → a page {Stopwatch.GetElapsedTime(started).TotalSeconds:0.00} s after its start");
        await lab.AwaitWayAsync("wireGuard", Patience);
        Assert.True(await lab.WorksAsync(visitor));

        // Both at once.
        await lab.EdgeProgram.KillAsync();
        await lab.NodeProgram.KillAsync();
        await lab.StartNodeAsync();
        await lab.StartEdgeAsync();
        await Eventually.TrueAsync(() => lab.WorksAsync(visitor), "the guest answers when both are back", Patience);
    }

    [SystemFact("wireguard-go", "nft")]
    public async Task Throughput_OfBothWays_IsReported()
    {
        await using var lab = await NodeLab.CreateAsync();
        await lab.AwaitWayAsync("wireGuard", Patience);
        using var visitor = lab.NewClient();
        await Eventually.TrueAsync(() => lab.WorksAsync(visitor), "the guest answers", Patience);
        var tunnel = await MegabytesAsync(visitor, lab.Url);

        await lab.CutUdpAsync();
        await lab.AwaitWayAsync("stream", Patience);
        await Eventually.TrueAsync(() => lab.WorksAsync(visitor), "the guest answers through the stream", Patience);
        var stream = await MegabytesAsync(visitor, lab.Url);

        // Plain routing and no edge: the same download from the node's machine to its guest.
        var plain = await PlainMegabytesAsync(lab);
        output.WriteLine($"one download, Mbit/s: through WireGuard {tunnel:0}, through the stream {stream:0}, plain from node to guest {plain:0}");
        Assert.True(tunnel > 10 && stream > 10, $"{tunnel:0} and {stream:0} Mbit/s");
    }

    private static async Task<double> MegabytesAsync(HttpClient visitor, Uri url)
    {
        const int Bytes = 40_000_000;
        var started = Stopwatch.GetTimestamp();
        Assert.Equal(Bytes, (await visitor.GetByteArrayAsync(new Uri(url, $"/bytes/{Bytes}"))).Length);
        return Bytes * 8 / 1e6 / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task<double> PlainMegabytesAsync(NodeLab lab)
    {
        using var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = ForwardingLab.SocketIn(lab.Node);
                await socket.ConnectAsync(IPAddress.Parse(NodeLab.GuestAddress), NodeLab.GuestPort, cancellationToken);
                return new System.Net.Sockets.NetworkStream(socket, ownsSocket: true);
            },
        };
        using var client = new HttpClient(handler);
        return await MegabytesAsync(client, new Uri($"http://{NodeLab.GuestAddress}:{NodeLab.GuestPort}"));
    }

    private static async Task<string> SayAsync(ClientWebSocket socket, string text)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, deadline.Token);
        var buffer = new byte[64];
        var received = await socket.ReceiveAsync(buffer.AsMemory(), deadline.Token);
        return Encoding.UTF8.GetString(buffer, 0, received.Count);
    }
}
