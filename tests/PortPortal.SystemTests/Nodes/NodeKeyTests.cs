using System.Diagnostics;
using System.Net.Sockets;
using System.Text.Json;
using PortPortal.Engine.Tunnels.WireGuard;
using PortPortal.SystemTests.Forwarding;
using Xunit.Abstractions;

namespace PortPortal.SystemTests.Nodes;

/// <summary>The keys of a tunnel that carries visitors change on either end, and nobody notices.</summary>
[Collection(HeavyCollection.Name)]
public sealed class NodeKeyTests(NodeKeyTests.Fixture fixture, ITestOutputHelper output) : IClassFixture<NodeKeyTests.Fixture>
{
    private const double LongestGap = 5;
    private static readonly TimeSpan Patience = NodeLab.Patience;

    [SystemFact("wireguard-go", "nft", "wg")]
    public async Task Keys_OfBothEnds_ChangeUnderAnOpenSocketWithoutACut()
    {
        var lab = await fixture.StartAsync();
        using var visitor = lab.NewClient();
        await Eventually.TrueAsync(() => lab.WorksAsync(visitor), "the guest answers", Patience);
        await using var watch = await WayWatch.BeginAsync(lab);

        foreach (var (end, node) in new[] { ("node", "far"), ("edge", "local"), ("node again", "far") })
        {
            await using var socket = SteadyTransfer.Begin(await lab.OpenSocketAsync());
            await Eventually.TrueAsync(() => socket.Received > 100_000, "messages flow", Patience);
            var (edgeBefore, nodeBefore, bytes) = (await lab.KeysAtEdgeAsync(), await lab.KeysAtNodeAsync(), socket.Received);
            var started = Stopwatch.GetTimestamp();
            await lab.Api.SendAsync(HttpMethod.Post, $"/v1/nodes/{node}/tunnel-key");
            var took = Stopwatch.GetElapsedTime(started);
            await Eventually.TrueAsync(async () => await IsOfTwoAsync(lab), "each end knows the other's key, and no other", Patience);
            await Eventually.TrueAsync(() => socket.Received > bytes + 1_000_000, "messages flow on", Patience);
            var (edgeAfter, nodeAfter) = (await lab.KeysAtEdgeAsync(), await lab.KeysAtNodeAsync());

            output.WriteLine($"{end}: changed in {took.TotalMilliseconds:0} ms, longest gap {socket.LongestGap.TotalMilliseconds:0} ms, {socket.Received / 1e6:0.0} MB");
            Assert.True(await socket.EndAsync(), $"{end}: what came back is not what was sent");
            Assert.InRange(socket.LongestGap.TotalSeconds, 0, LongestGap);
            Assert.Equal(end == "edge", edgeBefore[0] != edgeAfter[0]);
            Assert.Equal(end != "edge", edgeBefore[1] != edgeAfter[1]);
            Assert.Equal((edgeAfter[0], edgeAfter[1]), (nodeAfter[1], nodeAfter[0]));
            Assert.NotEqual(nodeBefore, nodeAfter);
        }

        Assert.Equal("connected by wireGuard", await watch.EndAsync());
        var audit = await lab.Api.SendAsync(HttpMethod.Get, "/v1/audit");
        Assert.Contains("node.key_changed", audit.ToString(), StringComparison.Ordinal);
        Assert.Contains("edge.key_changed", audit.ToString(), StringComparison.Ordinal);
    }

    [SystemFact("wireguard-go", "nft", "wg")]
    public async Task Change_WhoseEndsAreKilledBetweenAnyTwoSteps_HealsByItself_AndComesWithAge()
    {
        var lab = await fixture.StartAsync();

        // The node has made its next key, and was killed before the edge could hear it.
        await lab.NodeProgram.KillAsync();
        var prepared = WireGuardIdentity.LoadOrCreate(lab.NodeKeyFile + ".next").PublicKey.Text;
        await HealsAsync(lab, () => lab.StartNodeAsync(), prepared, "node killed with a key prepared");

        // The node has its next key in force, and was killed before the edge heard a handshake.
        await lab.NodeProgram.KillAsync();
        File.Delete(lab.NodeKeyFile);
        var advanced = WireGuardIdentity.LoadOrCreate(lab.NodeKeyFile).PublicKey.Text;
        await HealsAsync(lab, () => lab.StartNodeAsync(), advanced, "node killed with its key in force");

        // The edge has its next key in force, and was killed before it could tell.
        await lab.EdgeProgram.KillAsync();
        File.Delete(lab.EdgeKeyFile);
        var ofEdge = WireGuardIdentity.LoadOrCreate(lab.EdgeKeyFile).PublicKey.Text;
        await HealsAsync(lab, () => lab.StartEdgeAsync(), advanced, "edge killed with its key in force");
        Assert.Equal(ofEdge, (await lab.KeysAtNodeAsync())[1]);

        // Both keys have lived as long as they may, and nobody asks for others.
        await lab.EdgeProgram.KillAsync();
        foreach (var file in new[] { lab.EdgeKeyFile, lab.NodeKeyFile })
        {
            File.SetLastWriteTimeUtc(file, TimeProvider.System.GetUtcNow().AddDays(-31).UtcDateTime);
        }

        await lab.StartEdgeAsync();
        await Eventually.TrueAsync(async () => await IsOfTwoAsync(lab) && await lab.KeysAtEdgeAsync() is [var edge, var node] && edge != ofEdge && node != advanced, "each end has another key, which the other knows", Patience);
    }

    [SystemFact("wireguard-go", "nft", "wg")]
    public async Task TunnelProgram_WhosePortalWasKilled_OutlivesAnErrorThatNobodyHears_AndIsTakenOver()
    {
        var lab = await fixture.StartAsync();
        var program = await PidAsync();
        await lab.EdgeProgram.KillAsync();

        using (var control = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            await control.ConnectAsync(new UnixDomainSocketEndPoint($"/var/run/wireguard/{lab.EdgeInterface}.sock"));
            await control.SendAsync("set=1\nno_such_thing=1\n\n"u8.ToArray());
            Assert.True(await control.ReceiveAsync(new byte[256]) > 0);
        }

        await lab.StartEdgeAsync();
        await Eventually.TrueAsync(async () => await IsOfTwoAsync(lab), "each end knows the other's key", Patience);
        Assert.Equal(program, await PidAsync());

        Task<string> PidAsync() => lab.Edge.RunAsync($"pgrep -f '^[^ ]*wireguard-go -f {lab.EdgeInterface}$'");
    }

    private async Task HealsAsync(NodeLab lab, Func<Task> start, string nodeKey, string what)
    {
        await start();
        var started = Stopwatch.GetTimestamp();
        await Eventually.TrueAsync(async () => await IsOfTwoAsync(lab) && (await lab.KeysAtEdgeAsync())[1] == nodeKey, $"{what}: each end knows the other's key", Patience);
        var known = Stopwatch.GetElapsedTime(started);
        await lab.AwaitWayAsync("wireGuard", Patience);
        output.WriteLine($"{what}: keys known after {known.TotalSeconds:0.0} s, the tunnel carries after {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
        using var visitor = lab.NewClient();
        await Eventually.TrueAsync(() => lab.WorksAsync(visitor), $"{what}: the guest answers", Patience);
    }

    private static async Task<bool> IsOfTwoAsync(NodeLab lab) =>
        await lab.KeysAtEdgeAsync() is [var edge, var edgesPeer] && await lab.KeysAtNodeAsync() is [var node, var nodesPeer] && edge == nodesPeer && node == edgesPeer;

    /// <summary>One lab for all tests of the class, made by the first that runs.</summary>
    public sealed class Fixture : IAsyncLifetime
    {
        private NodeLab? _lab;

        public Task InitializeAsync() => Task.CompletedTask;

        /// <returns>The lab, with the tunnel carrying.</returns>
        public async Task<NodeLab> StartAsync()
        {
            _lab ??= await NodeLab.CreateAsync();
            await _lab.AwaitWayAsync("wireGuard", Patience);
            return _lab;
        }

        public async Task DisposeAsync() => await (_lab?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    /// <summary>Every state and way that the status feed names.</summary>
    private sealed class WayWatch : IAsyncDisposable
    {
        private readonly NodeEvents _events;
        private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
        private readonly Task _watching;
        private volatile bool _isOver;

        private WayWatch(NodeEvents events)
        {
            _events = events;
            _watching = events.NextAsync(Note, Patience);
        }

        public static async Task<WayWatch> BeginAsync(NodeLab lab) => new(await lab.EventsAsync());

        /// <returns>All of them, in words.</returns>
        public async Task<string> EndAsync()
        {
            _isOver = true;
            await _watching; // the next word on the node
            return string.Join(", ", _seen);
        }

        public ValueTask DisposeAsync() => _events.DisposeAsync();

        private bool Note(JsonElement node)
        {
            _seen.Add($"{node.GetProperty("state").GetString()} by {node.GetProperty("way").GetString()}");
            return _isOver;
        }
    }
}
