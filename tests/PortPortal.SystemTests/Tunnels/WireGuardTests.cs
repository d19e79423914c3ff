using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using PortPortal.Engine.Tunnels.WireGuard;
using PortPortal.ForwarderHost;
using Xunit.Abstractions;

namespace PortPortal.SystemTests.Tunnels;

/// <summary>Two real ends in two machines, one of which cannot be called.</summary>
public sealed class WireGuardTests(ITestOutputHelper output)
{
    private const int Port = 51820;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [SystemFact("wireguard-go", "nft", "wg")]
    public async Task Tunnel_OfTwoEnds_ComesUpAndSurvivesEveryOrderOfEnds()
    {
        await using var lab = await PairAsync();

        await lab.Edge.LineAsync(Is(" heard"), Patience);

        // The node is killed: silence is noticed; a new process takes the interface over and is heard again.
        await lab.Node.KillAsync();
        await lab.Edge.LineAsync(Is(" silent"), Patience);
        await lab.RestartNodeAsync();
        await lab.Node.LineAsync(Is(""), Patience);
        output.WriteLine($"node killed and started again: heard {(await lab.HeardAgainAsync()).TotalSeconds:0.0} s after both ends were up");

        // The edge ends in an orderly way and begins anew, with a new interface.
        await lab.Edge.StopAsync(Patience);
        Assert.DoesNotContain(lab.EdgeInterface, await lab.EdgeMachine.RunAsync("ip -o link"), StringComparison.Ordinal);
        Assert.DoesNotContain("portportal_tunnel", await lab.EdgeMachine.RunAsync("nft list tables"), StringComparison.Ordinal);
        await lab.RestartEdgeAsync();
        await lab.Edge.LineAsync(Is(""), Patience);
        var healed = await lab.HeardAgainAsync();
        output.WriteLine($"edge ended and started again: heard {healed.TotalSeconds:0.0} s after both ends were up");
        Assert.InRange(healed.TotalSeconds, 0, 12); // WireGuard alone needs 15 s from the last answer on
    }

    [SystemFact("wireguard-go", "nft", "wg")]
    public async Task Tunnel_WhoseProgramIsKilled_IsMadeAnew()
    {
        await using var lab = await PairAsync();
        await lab.Edge.LineAsync(Is(" heard"), Patience);

        await NetworkNamespace.ShellAsync($"kill -9 $(pgrep -f 'wireguard-go -f {lab.EdgeInterface}$')");

        await Eventually.TrueAsync(() => lab.Edge.Output.Split('\n').Count(Is(" heard")) >= 2, "heard again", Patience);
    }

    [SystemFact("wireguard-go", "nft", "wg")]
    public async Task Guard_OfBothEnds_LetsNeighboursReachNothing()
    {
        await using var lab = await PairAsync();
        await lab.Edge.LineAsync(Is(" heard"), Patience);
        using var open = lab.ListenOnNode(2222);
        using var forwarded = lab.ListenOnNode(20001);

        // From the edge, only what a forward may be; and that only for the user who runs the edge.
        Assert.False(await lab.ReachesNodeAsync("", 2222));
        Assert.True(await lab.ReachesNodeAsync("", 20001));
        Assert.False(await lab.ReachesNodeAsync("setpriv --reuid 65534 --clear-groups", 20001));
    }

    [SystemFact("wireguard-go", "nft", "wg")]
    public async Task Keys_OfBothEnds_AreWhatWgDerives()
    {
        await using var lab = await PairAsync();

        var derived = (await NetworkNamespace.ShellAsync($"wg pubkey < {lab.NodeKeyFile}")).Trim();

        Assert.Equal(WireGuardIdentity.LoadOrCreate(lab.NodeKeyFile).PublicKey.Text, derived);
        Assert.Contains("600", await NetworkNamespace.ShellAsync($"stat -c %a {lab.NodeKeyFile}"), StringComparison.Ordinal);
    }

    private static Func<string, bool> Is(string ending) => line => line.StartsWith("up ", StringComparison.Ordinal) && line.EndsWith(ending, StringComparison.Ordinal);

    private static async Task<Pair> PairAsync()
    {
        var pair = new Pair(await NetworkNamespace.CreateAsync(), await NetworkNamespace.CreateAsync());
        try
        {
            await pair.StartAsync();
            return pair;
        }
        catch
        {
            await pair.DisposeAsync();
            throw;
        }
    }

    private sealed class Pair(NetworkNamespace edge, NetworkNamespace node) : IAsyncDisposable
    {
        private readonly TempDirectory _directory = new();
        private readonly string _id = Guid.NewGuid().ToString("N")[..6];
        private ChildProcess? _edge;
        private ChildProcess? _node;

        public NetworkNamespace EdgeMachine => edge;

        public string EdgeInterface => $"ppe{_id}";

        public string NodeKeyFile => _directory.File("node.key");

        public ChildProcess Edge => _edge!;

        public ChildProcess Node => _node!;

        public async Task StartAsync()
        {
            await edge.JoinAsync(node, "192.0.2.1/24", "192.0.2.2/24");
            await RestartNodeAsync();
            await RestartEdgeAsync();
        }

        public async Task RestartEdgeAsync()
        {
            await (_edge?.DisposeAsync() ?? ValueTask.CompletedTask);
            _edge = Start(edge, new()
            {
                Interface = EdgeInterface,
                KeyFile = _directory.File("edge.key"),
                Address = "10.213.0.1",
                Guard = TunnelGuard.Edge,
                ListenPort = Port,
                PeerKey = WireGuardIdentity.LoadOrCreate(NodeKeyFile).PublicKey.Text,
                PeerAddress = "10.213.0.2",
            });
        }

        public async Task RestartNodeAsync()
        {
            await (_node?.DisposeAsync() ?? ValueTask.CompletedTask);
            _node = Start(node, new()
            {
                Interface = $"ppn{_id}",
                KeyFile = NodeKeyFile,
                Address = "10.213.0.2",
                Guard = TunnelGuard.Node,
                PeerKey = WireGuardIdentity.LoadOrCreate(_directory.File("edge.key")).PublicKey.Text,
                PeerAddress = "10.213.0.1",
                PeerEndpoint = $"192.0.2.1:{Port}",
            });
        }

        /// <returns>How long it took.</returns>
        public async Task<TimeSpan> HeardAgainAsync()
        {
            var started = Stopwatch.GetTimestamp();
            await Eventually.TrueAsync(() => Edge.Output.Split('\n').LastOrDefault(line => line.StartsWith("up ", StringComparison.Ordinal)) is { } last && Is(" heard")(last), "heard again", Patience);
            return Stopwatch.GetElapsedTime(started);
        }

        public Socket ListenOnNode(int port)
        {
            var socket = Forwarding.ForwardingLab.SocketIn(node);
            socket.Bind(new IPEndPoint(IPAddress.Any, port));
            socket.Listen();
            return socket;
        }

        public async Task<bool> ReachesNodeAsync(string wrapper, int port)
        {
            var answer = await edge.RunAsync($"{wrapper} socat -u OPEN:/dev/null TCP:10.213.0.2:{port},connect-timeout=2 2>&1 && echo reached || true");
            return answer.Contains("reached", StringComparison.Ordinal);
        }

        public async ValueTask DisposeAsync()
        {
            await (_edge?.DisposeAsync() ?? ValueTask.CompletedTask);
            await (_node?.DisposeAsync() ?? ValueTask.CompletedTask);
            await NetworkNamespace.ShellAsync($"rm -f /var/run/wireguard/ppe{_id}.sock /var/run/wireguard/ppn{_id}.sock");
            await edge.DisposeAsync();
            await node.DisposeAsync();
            _directory.Dispose();
        }

        private static ChildProcess Start(NetworkNamespace where, TunnelEndPlan plan) =>
            where.Start("dotnet", Path.Combine(AppContext.BaseDirectory, "PortPortal.ForwarderHost.dll"), "tunnel", JsonSerializer.Serialize(plan));
    }
}
