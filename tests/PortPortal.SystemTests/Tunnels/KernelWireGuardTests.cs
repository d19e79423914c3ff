using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using PortPortal.Engine.Tunnels.WireGuard;
using PortPortal.ForwarderHost;
using PortPortal.SystemTests.Forwarding;
using Xunit.Abstractions;

namespace PortPortal.SystemTests.Tunnels;

/// <summary>The kernel's own WireGuard at one end, in a virtual machine, because few hosts of tests have the module; <c>wireguard-go</c> at the other.</summary>
/// <remarks>The machine runs what <see cref="KernelDevice"/> and <see cref="WireGuardTunnel"/> would have run there, word for word.</remarks>
public sealed class KernelWireGuardTests(ITestOutputHelper output)
{
    private const string Device = "ppn0";
    private const int Port = 51820;
    private static readonly IPAddress Node = IPAddress.Parse("10.213.0.2");
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [SystemFact("qemu-system-x86_64", "busybox", "cpio", "socat", "curl", "wireguard-go", "wg", "nft", VirtualMachine.KernelFolder)]
    public async Task Tunnel_WithTheKernelAtOneEnd_CarriesAndIsCalledAnew()
    {
        using var directory = new TempDirectory();
        await using var lab = await ForwardingLab.CreateAsync();
        await using var machine = await VirtualMachine.BootAsync(lab);
        var (edgeKey, plan) = (directory.File("edge.key"), Plan(directory));

        // 1. The edge's end, by the program; the node's end, by the kernel.
        await using var edge = lab.Host.Start("dotnet", Path.Combine(AppContext.BaseDirectory, "PortPortal.ForwarderHost.dll"), "tunnel", JsonSerializer.Serialize(new TunnelEndPlan
        {
            Interface = "ppe0",
            KeyFile = edgeKey,
            Address = "10.213.0.1",
            Guard = TunnelGuard.Edge,
            ListenPort = Port,
            PeerKey = plan.Identity.PublicKey.Text,
            PeerAddress = Node.ToString(),
        }));
        await edge.LineAsync(line => line.StartsWith("up wireguard-go", StringComparison.Ordinal), Patience);
        var said = await machine.RunAsync($"""
            ip link add dev {Device} type wireguard
            wg syncconf {Device} /dev/stdin <<'CONF'
            {KernelDevice.Render(plan)}
            CONF
            ip -batch - <<'LINK'
            {WireGuardTunnel.LinkScript(plan)}
            LINK
            (socat UDP-RECVFROM:{WireGuardTunnel.HeartbeatPort},bind={Node},fork PIPE >/dev/null </dev/null 2>&1 &)
            """);
        Assert.Equal("", said.Trim());

        // 2. Heartbeats go through, and wg says of it what the plan does.
        await edge.LineAsync(line => line == "up wireguard-go heard", Patience);
        var peer = Assert.Single((await ReadAsync(machine)).Peers);
        Assert.Equal((plan.Peers[0].PublicKey, plan.Peers[0].Endpoint, plan.Peers[0].KeepAlive), (peer.PublicKey, peer.Endpoint, peer.KeepAlive));
        Assert.Equal($"{plan.Peers[0].Address}/32", string.Join(" ", peer.AllowedAddresses));
        Assert.NotNull(peer.LastHandshake);
        Assert.Equal("a page of the machine", await lab.Host.RunAsync($"curl -s -m 5 http://{Node}:{VirtualMachine.WebPort}/"));

        // 3. Called anew, as after a loss: another handshake, and what was open goes on.
        using var flow = ForwardingLab.SocketIn(lab.Host);
        await flow.ConnectAsync(new IPEndPoint(Node, VirtualMachine.EchoPort)).WaitAsync(Patience);
        Assert.Equal(VirtualMachine.Name, (await ReceiveAsync(flow)).Trim());
        await machine.RunAsync($"wg set {Device} peer {plan.Peers[0].PublicKey.Text} remove\nwg {string.Join(' ', KernelDevice.Adding(Device, plan.Peers[0]))}");
        var began = Stopwatch.GetTimestamp();
        await flow.SendAsync(Encoding.ASCII.GetBytes("still here\n"));
        Assert.Equal("still here", (await ReceiveAsync(flow)).Trim());
        output.WriteLine($"called anew under an open connection: answered after {Stopwatch.GetElapsedTime(began).TotalMilliseconds:0} ms");
        Assert.NotNull(Assert.Single((await ReadAsync(machine)).Peers).LastHandshake);
    }

    private static WireGuardPlan Plan(TempDirectory directory) => new()
    {
        Interface = Device,
        Identity = WireGuardIdentity.LoadOrCreate(directory.File("node.key")),
        Address = Node,
        Network = IPNetwork.Parse("10.213.0.0/16"),
        Guard = TunnelGuard.Node,
        Peers =
        [
            new()
            {
                PublicKey = WireGuardIdentity.LoadOrCreate(directory.File("edge.key")).PublicKey,
                Address = IPAddress.Parse("10.213.0.1"),
                Endpoint = new(IPAddress.Parse("10.77.0.1"), Port),
                KeepAlive = TimeSpan.FromSeconds(15),
            },
        ],
    };

    private static async Task<WireGuardStatus> ReadAsync(VirtualMachine machine) => KernelDevice.Parse(await machine.RunAsync($"wg show {Device} dump"));

    private static async Task<string> ReceiveAsync(Socket flow)
    {
        var buffer = new byte[64];
        var length = await flow.ReceiveAsync(buffer).WaitAsync(Patience);
        return Encoding.ASCII.GetString(buffer, 0, length);
    }
}
