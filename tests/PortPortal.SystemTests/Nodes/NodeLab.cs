using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using PortPortal.SystemTests.Forwarding;

namespace PortPortal.SystemTests.Nodes;

/// <summary>An edge in the world, a node behind a router that translates addresses, and a guest behind the node.</summary>
/// <remarks><c>edge 198.51.100.1 — 198.51.100.254 router 192.168.50.1 — 192.168.50.2 node 10.77.0.1 — 10.77.0.2 guest</c>; visitors sit on the router.</remarks>
public sealed class NodeLab : IAsyncDisposable
{
    public const string VisitorAddress = "198.51.100.254";
    public const string GuestAddress = "10.77.0.2";
    public const int GuestPort = 3000;
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private const int EdgePort = 8443;
    private const string EdgeAddress = "198.51.100.1";
    private const string Key = PortalProcess.AdminApiKey;
    private static readonly Uri Portal = new($"https://portal.fleet.test:{EdgePort}");

    private readonly TempDirectory _edgeData = new();
    private readonly TempDirectory _nodeData = new();
    private readonly string _id = Guid.NewGuid().ToString("N")[..6];
    private ChildProcess? _edge;
    private ChildProcess? _node;
    private ChildProcess? _guest;
    private string _token = "";

    private NodeLab(NetworkNamespace edge, NetworkNamespace router, NetworkNamespace node, NetworkNamespace guest) =>
        (Edge, Router, Node, Guest) = (edge, router, node, guest);

    public NetworkNamespace Edge { get; }

    public NetworkNamespace Router { get; }

    public NetworkNamespace Node { get; }

    public NetworkNamespace Guest { get; }

    public ChildProcess EdgeProgram => _edge!;

    public ChildProcess NodeProgram => _node!;

    /// <summary>Where the edge keeps the key of its end of the tunnels.</summary>
    public string EdgeKeyFile => _edgeData.File("tunnel/wireguard.key");

    /// <summary>Where the node keeps the key of its end of the tunnel.</summary>
    public string NodeKeyFile => _nodeData.File("node/wireguard.key");

    public PortalApi Api { get; private set; } = null!;

    /// <summary>The app in the guest, open to everyone.</summary>
    public Uri Url { get; private set; } = null!;

    /// <summary>Everything is up, and the guest's app is exposed.</summary>
    public static async Task<NodeLab> CreateAsync(params string[] nodeArguments)
    {
        var lab = new NodeLab(
            await NetworkNamespace.CreateAsync(), await NetworkNamespace.CreateAsync(), await NetworkNamespace.CreateAsync(), await NetworkNamespace.CreateAsync());
        try
        {
            await lab.ConnectAsync();
            await lab.StartEdgeAsync();
            await lab.ExposeAsync(nodeArguments);
            return lab;
        }
        catch (Exception exception)
        {
            var words = $"{exception.Message}\n== edge\n{lab._edge?.Output}\n== node\n{lab._node?.Output}";
            await lab.DisposeAsync();
            throw new InvalidOperationException(words, exception);
        }
    }

    public async Task StartEdgeAsync()
    {
        await (_edge?.DisposeAsync() ?? ValueTask.CompletedTask);
        _edge = Start(
            Edge,
            new(StringComparer.Ordinal) { ["PORTPORTAL_ADMIN_API_KEY"] = Key },
            ["--port", $"{EdgePort}", "--bind", "any", "--base-domain", "fleet.test", "--data", _edgeData.Root, "--Nodes:Interface", $"ppe{_id}", "--Forwarding:Driver", "Relay"]);
        await _edge.LineAsync(line => line.StartsWith("  Data ", StringComparison.Ordinal), Patience);
        Api?.Dispose();
        Api = new PortalApi(NewClient(), Portal, Key);
    }

    public async Task StartNodeAsync(params string[] arguments)
    {
        await (_node?.DisposeAsync() ?? ValueTask.CompletedTask);
        _node = Start(
            Node,
            new(StringComparer.Ordinal),
            ["--role", "node", "--join", Portal.AbsoluteUri, "--token", _token, "--data", _nodeData.Root, "--Nodes:Interface", $"ppn{_id}", .. arguments]);
        await _node.LineAsync(line => line.StartsWith("  Data ", StringComparison.Ordinal), Patience);
    }

    public Task CutUdpAsync() => Router.RunAsync("nft 'add table inet cut; add chain inet cut forward { type filter hook forward priority 0; }; add rule inet cut forward meta l4proto udp drop'");

    public Task CutAllAsync() => Router.RunAsync("nft 'add table inet cut; add chain inet cut forward { type filter hook forward priority 0; }; add rule inet cut forward drop'");

    public Task HealAsync() => Router.RunAsync("nft delete table inet cut");

    /// <summary>The end of the tunnel at the edge.</summary>
    public string EdgeInterface => $"ppe{_id}";

    /// <summary>The public keys that the edge's interface knows: its own, then those of its peers that have an address.</summary>
    public Task<IReadOnlyList<string>> KeysAtEdgeAsync() => KeysAsync(Edge, EdgeInterface);

    /// <summary>The same at the node.</summary>
    public Task<IReadOnlyList<string>> KeysAtNodeAsync() => KeysAsync(Node, $"ppn{_id}");

    /// <summary>The status feed as an admin's client reads it.</summary>
    public async Task<NodeEvents> EventsAsync()
    {
        var client = NewClient();
        client.Timeout = Timeout.InfiniteTimeSpan;
        client.DefaultRequestHeaders.Authorization = new("Bearer", Key);
        return new(client, new StreamReader(await client.GetStreamAsync(new Uri(Portal, "/v1/events"))));
    }

    public async Task<JsonElement> NodeAsync()
    {
        await using var events = await EventsAsync();
        return await events.NextAsync(_ => true, Patience);
    }

    public async Task AwaitWayAsync(string way, TimeSpan within)
    {
        await using var events = await EventsAsync();
        await events.NextAsync(node => node.GetProperty("way").GetString() == way, within);
    }

    /// <summary>As a visitor somewhere in the world.</summary>
    public HttpClient NewClient() => new(NewHandler()) { Timeout = TimeSpan.FromSeconds(30) };

    public async Task<ClientWebSocket> OpenSocketAsync()
    {
        var socket = new ClientWebSocket();
        using var invoker = new HttpMessageInvoker(NewHandler());
        await socket.ConnectAsync(new UriBuilder(new Uri(Url, "/ws")) { Scheme = "wss" }.Uri, invoker, CancellationToken.None);
        return socket;
    }

    public async Task<bool> WorksAsync(HttpClient visitor)
    {
        try
        {
            using var response = await visitor.GetAsync(new Uri(Url, "/users"));
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Api?.Dispose();
        foreach (var program in new[] { _node, _edge, _guest })
        {
            await (program?.DisposeAsync() ?? ValueTask.CompletedTask);
        }

        await NetworkNamespace.ShellAsync($"rm -rf /etc/netns/{Node.Name}; rm -f /var/run/wireguard/ppe{_id}.sock /var/run/wireguard/ppn{_id}.sock");
        foreach (var place in new[] { Edge, Router, Node, Guest })
        {
            await place.DisposeAsync();
        }

        _edgeData.Dispose();
        _nodeData.Dispose();
    }

    private static async Task<IReadOnlyList<string>> KeysAsync(NetworkNamespace where, string device)
    {
        var lines = (await where.RunAsync($"wg show {device} dump")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t')).ToList();
        return [lines[0][1], .. lines.Skip(1).Where(peer => peer[3] != "(none)").Select(peer => peer[0])];
    }

    private async Task ConnectAsync()
    {
        await Edge.JoinAsync(Router, $"{EdgeAddress}/24", $"{VisitorAddress}/24");
        await Router.JoinAsync(Node, "192.168.50.1/24", "192.168.50.2/24");
        await Node.JoinAsync(Guest, "10.77.0.1/24", $"{GuestAddress}/24");
        await Router.RunAsync("sysctl -qw net.ipv4.ip_forward=1 && nft 'add table ip nat; add chain ip nat post { type nat hook postrouting priority 100; }; add rule ip nat post ip saddr 192.168.50.0/24 masquerade'");
        await Node.RunAsync("ip route add default via 192.168.50.1 && sysctl -qw net.ipv4.ip_forward=1");
        await Guest.RunAsync("ip route add default via 10.77.0.1");
        await NetworkNamespace.ShellAsync($"mkdir -p /etc/netns/{Node.Name} && printf '127.0.0.1 localhost\\n{EdgeAddress} {Portal.Host}\\n' > /etc/netns/{Node.Name}/hosts");
        _guest = Guest.Start("dotnet", Path.Combine(AppContext.BaseDirectory, "PortPortal.ForwarderHost.dll"), "echo", GuestAddress, $"{GuestPort}");
    }

    private async Task ExposeAsync(string[] nodeArguments)
    {
        _token = (await Api.SendAsync(HttpMethod.Post, "/v1/nodes", new { name = "far", host = "node.fleet.test" })).GetProperty("token").GetString()!;
        await StartNodeAsync(nodeArguments);
        await _guest!.LineAsync(line => line == "ready", Patience);
        await Api.RegisterSessionAsync(new { name = "shop", address = GuestAddress, node = "far" });
        Url = new Uri((await Api.ExposeAsync("shop", GuestPort)).GetProperty("url").GetString()!);
    }

    private SocketsHttpHandler NewHandler()
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificateFromFile(_edgeData.File("ca/ca.crt")));
        return new()
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy },
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = ForwardingLab.SocketIn(Router);
                await socket.ConnectAsync(IPAddress.Parse(EdgeAddress), EdgePort, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
    }

    private static ChildProcess Start(NetworkNamespace where, Dictionary<string, string?> environment, string[] arguments) => ChildProcess.Start(
        "ip", ["netns", "exec", where.Name, "dotnet", Repository.Program("PortPortal"), .. arguments], environment, workingDirectory: Repository.Root);
}

/// <summary>What the status feed says about the node.</summary>
public sealed class NodeEvents(HttpClient client, StreamReader lines) : IAsyncDisposable
{
    /// <exception cref="TimeoutException">It does not say so.</exception>
    public async Task<JsonElement> NextAsync(Func<JsonElement, bool> fits, TimeSpan within)
    {
        using var deadline = new CancellationTokenSource(within);
        var last = default(JsonElement);
        try
        {
            while (await lines.ReadLineAsync(deadline.Token) is { } line)
            {
                if (line.StartsWith("data:", StringComparison.Ordinal) && JsonElement.Parse(line[5..]).TryGetProperty("remoteNodes", out var nodes) && nodes.GetArrayLength() > 0)
                {
                    last = nodes[0];
                    if (fits(last))
                    {
                        return last;
                    }
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Said below.
        }

        throw new TimeoutException($"After {within.TotalSeconds} s the feed's last word on the node is {(last.ValueKind == JsonValueKind.Undefined ? "nothing" : last.ToString())}");
    }

    public ValueTask DisposeAsync()
    {
        lines.Dispose();
        client.Dispose();
        return ValueTask.CompletedTask;
    }
}
