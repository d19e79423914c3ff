using PortPortal.Engine.Tunnels.WireGuard;

namespace PortPortal.Engine.Nodes;

/// <summary>What a node proves itself with, and what its tunnel is known by.</summary>
/// <param name="AwaitedKey">What the tunnel shall be known by from its first handshake on; null for no change.</param>
/// <param name="IsUnwanted">An admin wants another tunnel key.</param>
internal sealed record NodeKeys(byte[] PublicKey, WireGuardKey TunnelKey, WireGuardKey? AwaitedKey = null, bool IsUnwanted = false)
{
    /// <summary>With the awaited key in force.</summary>
    public NodeKeys Advanced() => new(PublicKey, AwaitedKey ?? TunnelKey);
}
