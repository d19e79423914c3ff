using System.Collections.Immutable;
using System.Net;

namespace PortPortal.Engine.Tunnels.WireGuard;

/// <summary>One end of a tunnel: everything its interface shall be.</summary>
public sealed record WireGuardPlan
{
    /// <summary>Up to 15 letters, digits, <c>_</c>, <c>.</c> and <c>-</c>.</summary>
    public required string Interface { get; init; }

    public required WireGuardIdentity Identity { get; init; }

    /// <summary>This end's own address.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>Where all ends have their addresses; packets to it take the tunnel.</summary>
    public required IPNetwork Network { get; init; }

    /// <summary>The UDP port it listens on; null for any, where this end always calls first.</summary>
    public int? ListenPort { get; init; }

    public int Mtu { get; init; } = 1420;

    public ImmutableArray<WireGuardPeer> Peers { get; init; } = [];

    /// <summary>What may come out of the tunnel on this machine.</summary>
    public required TunnelGuard Guard { get; init; }
}

/// <summary>The other end of a tunnel.</summary>
public sealed record WireGuardPeer
{
    public required WireGuardKey PublicKey { get; init; }

    /// <summary>The one address it may send from and be sent to.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>It may shake hands and nothing more: the address is still another key's.</summary>
    public bool HandshakeOnly { get; init; }

    /// <summary>Where it listens; null where it calls first.</summary>
    public IPEndPoint? Endpoint { get; init; }

    /// <summary>How often to say something, so that translators on the way keep the path open; null for never.</summary>
    public TimeSpan? KeepAlive { get; init; }
}
