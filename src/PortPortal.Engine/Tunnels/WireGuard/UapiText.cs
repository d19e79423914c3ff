using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;

namespace PortPortal.Engine.Tunnels.WireGuard;

/// <summary>The language of WireGuard's control socket.</summary>
/// <remarks>https://www.wireguard.com/xplatform/#configuration-protocol: lines of key=value, ended by an empty one.</remarks>
internal static class UapiText
{
    /// <summary>What to say so that <paramref name="found"/> becomes <paramref name="plan"/>; a peer that is right already is not mentioned, so its session goes on.</summary>
    public static string Set(WireGuardPlan plan, WireGuardStatus found)
    {
        var text = new StringBuilder("set=1\n");
        var isOtherKey = found.PublicKey != plan.Identity.PublicKey;
        if (isOtherKey)
        {
            Line(text, "private_key", plan.Identity.PrivateHex);
        }

        if (plan.ListenPort is { } port && port != found.ListenPort)
        {
            Line(text, "listen_port", port.ToString(CultureInfo.InvariantCulture));
        }

        var wanted = plan.Peers.ToDictionary(peer => peer.PublicKey);
        foreach (var stray in found.Peers.Where(peer => !wanted.ContainsKey(peer.PublicKey)))
        {
            Line(text, "public_key", stray.PublicKey.Hex);
            Line(text, "remove", "true");
        }

        foreach (var peer in plan.Peers)
        {
            var known = found.Peers.FirstOrDefault(known => known.PublicKey == peer.PublicKey);
            if (isOtherKey && known is not null && peer.Endpoint is not null)
            {
                AppendRenewal(text, peer);
            }
            else if (!IsRight(peer, known))
            {
                AppendPeer(text, peer);
            }
        }

        return text.Append('\n').ToString();
    }

    /// <summary>The peer goes with its session and comes back without one.</summary>
    public static string Renew(WireGuardPeer peer)
    {
        var text = new StringBuilder("set=1\n");
        AppendRenewal(text, peer);
        return text.Append('\n').ToString();
    }

    /// <exception cref="TunnelException">The answer is an error, or no answer at all.</exception>
    public static WireGuardStatus Parse(string answer, WireGuardKey? ownKey)
    {
        var status = new WireGuardStatus { PublicKey = null };
        var peers = ImmutableArray.CreateBuilder<WireGuardPeerStatus>();
        var isComplete = false;
        var seconds = 0L;
        foreach (var (key, value) in Lines(answer))
        {
            switch (key)
            {
                case "errno" when value == "0":
                    isComplete = true;
                    break;
                case "errno":
                    throw new TunnelException($"the tunnel's program refused with error {value}");
                case "private_key":
                    status = status with { PublicKey = PublicOf(value, ownKey) };
                    break;
                case "listen_port":
                    status = status with { ListenPort = (int)Number(value) };
                    break;
                case "public_key":
                    peers.Add(new() { PublicKey = WireGuardKey.Of(Convert.FromHexString(value)) });
                    break;
                case "last_handshake_time_sec":
                    seconds = Number(value);
                    break;
                default:
                    if (peers.Count > 0)
                    {
                        peers[^1] = Read(peers[^1], key, value, seconds);
                    }

                    break;
            }
        }

        return isComplete ? status with { Peers = peers.ToImmutable() } : throw new TunnelException("the tunnel's program broke off its answer");
    }

    private static WireGuardPeerStatus Read(WireGuardPeerStatus peer, string key, string value, long seconds) => key switch
    {
        "endpoint" => peer with { Endpoint = IPEndPoint.TryParse(value, out var endpoint) ? endpoint : null },
        "last_handshake_time_nsec" => peer with { LastHandshake = seconds == 0 ? null : DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(Number(value) / 100) },
        "rx_bytes" => peer with { BytesReceived = Number(value) },
        "tx_bytes" => peer with { BytesSent = Number(value) },
        "persistent_keepalive_interval" => peer with { KeepAlive = Number(value) is > 0 and var interval ? TimeSpan.FromSeconds(interval) : null },
        "allowed_ip" => peer with { AllowedAddresses = peer.AllowedAddresses.Add(IPNetwork.Parse(value)) },
        _ => peer,
    };

    /// <summary>An end that calls first is heard from wherever it is now; only an endpoint that the plan names is put right.</summary>
    private static bool IsRight(WireGuardPeer peer, WireGuardPeerStatus? found) => found is not null
        && (peer.HandshakeOnly ? found.AllowedAddresses.IsEmpty : found.AllowedAddresses is [var only] && only.Equals(Host(peer.Address)))
        && found.KeepAlive == peer.KeepAlive
        && (peer.Endpoint is null || peer.Endpoint.Equals(found.Endpoint));

    private static void AppendRenewal(StringBuilder text, WireGuardPeer peer)
    {
        Line(text, "public_key", peer.PublicKey.Hex);
        Line(text, "remove", "true");
        AppendPeer(text, peer);
    }

    private static void AppendPeer(StringBuilder text, WireGuardPeer peer)
    {
        Line(text, "public_key", peer.PublicKey.Hex);
        if (peer.Endpoint is { } endpoint)
        {
            Line(text, "endpoint", endpoint.ToString());
        }

        Line(text, "persistent_keepalive_interval", ((int)(peer.KeepAlive?.TotalSeconds ?? 0)).ToString(CultureInfo.InvariantCulture));
        Line(text, "replace_allowed_ips", "true");
        if (!peer.HandshakeOnly)
        {
            Line(text, "allowed_ip", Host(peer.Address).ToString());
        }
    }

    private static IPNetwork Host(IPAddress address) => new(address, address.GetAddressBytes().Length * 8);

    private static WireGuardKey? PublicOf(string hex, WireGuardKey? ownKey)
    {
        var key = Convert.FromHexString(hex);
        if (!key.AsSpan().ContainsAnyExcept((byte)0))
        {
            return null;
        }

        var derived = WireGuardKey.Of(Curve25519.PublicKeyOf(key));
        return derived == ownKey ? ownKey : derived;
    }

    private static IEnumerable<(string Key, string Value)> Lines(string answer) =>
        from line in answer.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        let split = line.IndexOf('=', StringComparison.Ordinal)
        where split > 0
        select (line[..split], line[(split + 1)..]);

    private static void Line(StringBuilder text, string key, string value) => text.Append(key).Append('=').Append(value).Append('\n');

    private static long Number(string value) => long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
