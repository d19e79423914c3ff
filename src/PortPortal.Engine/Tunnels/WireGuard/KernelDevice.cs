using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;

namespace PortPortal.Engine.Tunnels.WireGuard;

/// <summary>An interface of the kernel's own WireGuard, spoken to by the program <c>wg</c>.</summary>
/// <remarks>The private key goes by standard input: arguments can be read by every user of the machine.</remarks>
internal sealed class KernelDevice(string device) : IWireGuardDevice
{
    public string Name => "kernel";

    public async Task<WireGuardStatus> ReadAsync(CancellationToken cancellationToken) =>
        Parse(await SystemProgram.RunAsync("wg", ["show", device, "dump"], "", cancellationToken));

    public async Task ConfigureAsync(WireGuardPlan plan, CancellationToken cancellationToken)
    {
        var found = await ReadAsync(cancellationToken);
        await SystemProgram.RunAsync("wg", ["syncconf", device, "/dev/stdin"], Render(plan), cancellationToken);
        if (found.PublicKey is not null && found.PublicKey != plan.Identity.PublicKey)
        {
            foreach (var peer in plan.Peers.Where(peer => peer.Endpoint is not null))
            {
                await RenewAsync(peer, cancellationToken);
            }
        }
    }

    public async Task RenewAsync(WireGuardPeer peer, CancellationToken cancellationToken)
    {
        await SystemProgram.RunAsync("wg", ["set", device, "peer", peer.PublicKey.Text, "remove"], "", cancellationToken);
        await SystemProgram.RunAsync("wg", Adding(device, peer), "", cancellationToken);
    }

    public void Dispose()
    {
        // The interface is the owner's to remove.
    }

    internal static string[] Adding(string device, WireGuardPeer peer) =>
    [
        "set", device, "peer", peer.PublicKey.Text, "allowed-ips", $"{peer.Address}",
        .. peer.Endpoint is { } endpoint ? ["endpoint", endpoint.ToString()] : Array.Empty<string>(),
        .. peer.KeepAlive is { } interval ? ["persistent-keepalive", ((int)interval.TotalSeconds).ToString(CultureInfo.InvariantCulture)] : Array.Empty<string>(),
    ];

    internal static string Render(WireGuardPlan plan)
    {
        var text = new StringBuilder("[Interface]\n");
        text.Append("PrivateKey = ").Append(plan.Identity.PrivateText).Append('\n');
        if (plan.ListenPort is { } port)
        {
            text.Append(CultureInfo.InvariantCulture, $"ListenPort = {port}\n");
        }

        foreach (var peer in plan.Peers)
        {
            text.Append("\n[Peer]\nPublicKey = ").Append(peer.PublicKey.Text).Append('\n');
            text.Append(peer.HandshakeOnly ? "" : $"AllowedIPs = {peer.Address}\n");
            text.Append(peer.Endpoint is null ? "" : $"Endpoint = {peer.Endpoint}\n");
            text.Append(peer.KeepAlive is { } interval ? string.Create(CultureInfo.InvariantCulture, $"PersistentKeepalive = {(int)interval.TotalSeconds}\n") : "");
        }

        return text.ToString();
    }

    /// <summary>Tab-separated: private key, public key, port, mark; then for each peer key, preshared key, endpoint, addresses, handshake, received, sent, keep-alive (wg(8)).</summary>
    internal static WireGuardStatus Parse(string dump)
    {
        var lines = dump.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t')).ToList();
        if (lines is not [[_, var publicKey, var port, _], ..])
        {
            throw new TunnelException("wg printed something else than expected");
        }

        return new()
        {
            PublicKey = WireGuardKey.TryParse(publicKey, out var key) ? key : null,
            ListenPort = (int)Number(port),
            Peers = [.. lines.Skip(1).Select(ReadPeer).OfType<WireGuardPeerStatus>()],
        };
    }

    private static WireGuardPeerStatus? ReadPeer(string[] fields) => fields is [var key, _, var endpoint, var addresses, var handshake, var received, var sent, var keepAlive] && WireGuardKey.TryParse(key, out var publicKey)
        ? new()
        {
            PublicKey = publicKey,
            Endpoint = IPEndPoint.TryParse(endpoint, out var at) ? at : null,
            AllowedAddresses = [.. addresses.Split(',').Where(text => text.Contains('/', StringComparison.Ordinal)).Select(text => IPNetwork.Parse(text))],
            LastHandshake = Number(handshake) is > 0 and var seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null,
            BytesReceived = Number(received),
            BytesSent = Number(sent),
            KeepAlive = Number(keepAlive) is > 0 and var interval ? TimeSpan.FromSeconds(interval) : null,
        }
        : null;

    private static long Number(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
