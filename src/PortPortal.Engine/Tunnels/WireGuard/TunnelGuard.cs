using System.Globalization;
using System.Text;

namespace PortPortal.Engine.Tunnels.WireGuard;

/// <summary>Which side of a tunnel a machine is on; decides what its own kernel lets through.</summary>
public enum TunnelGuard
{
    /// <summary>Only this program's own connections enter the tunnel, and nothing is routed through: else a neighbour could reach sessions without passing the gate.</summary>
    Edge,

    /// <summary>Only forwards and the heartbeat come out of the tunnel: the other end can reach nothing else here.</summary>
    Node,
}

/// <summary>The guard as an <c>nft</c> script of a table of its own, replaced in one transaction.</summary>
internal static class TunnelGuardScript
{
    public const string Table = "portportal_tunnel";

    /// <param name="device">The interface; checked by the plan's owner, and again here.</param>
    /// <param name="userId">Whose sockets may use the tunnel on an edge.</param>
    public static string Render(TunnelGuard guard, string device, int heartbeatPort, uint userId)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(device.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-'), true, nameof(device));
        var table = $"inet {Table}_{Suffix(device)}";
        var script = new StringBuilder();
        script.Append(CultureInfo.InvariantCulture, $"add table {table}\ndelete table {table}\ntable {table} {{\n");
        script.Append(guard == TunnelGuard.Edge ? EdgeChains(device, userId) : NodeChains(device, heartbeatPort));
        return script.Append("}\n").ToString();
    }

    public static string RenderRemoval(string device) => $"add table inet {Table}_{Suffix(device)}\ndelete table inet {Table}_{Suffix(device)}\n";

    private static string EdgeChains(string device, uint userId) => string.Create(CultureInfo.InvariantCulture, $$"""
            chain output {
                type filter hook output priority filter; policy accept;
                oifname "{{device}}" meta skuid {{userId}} accept
                oifname "{{device}}" ct state established,related accept
                oifname "{{device}}" reject
            }

            chain input {
                type filter hook input priority filter; policy accept;
                iifname "{{device}}" ct state established,related accept
                iifname "{{device}}" drop
            }

            chain forward {
                type filter hook forward priority filter; policy accept;
                iifname "{{device}}" drop
                oifname "{{device}}" drop
            }

        """);

    private static string NodeChains(string device, int heartbeatPort) => string.Create(CultureInfo.InvariantCulture, $$"""
            chain input {
                type filter hook input priority filter; policy accept;
                iifname "{{device}}" ct state established,related accept
                iifname "{{device}}" ct status dnat accept
                iifname "{{device}}" udp dport {{heartbeatPort}} accept
                iifname "{{device}}" tcp dport 20000-32767 accept
                iifname "{{device}}" drop
            }

            chain forward {
                type filter hook forward priority filter; policy accept;
                iifname "{{device}}" ct status dnat accept
                iifname "{{device}}" drop
                oifname "{{device}}" ct state established,related accept
                oifname "{{device}}" drop
            }

        """);

    /// <summary>Table names take no <c>.</c> and no <c>-</c>.</summary>
    private static string Suffix(string device) => string.Concat(device.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
}
