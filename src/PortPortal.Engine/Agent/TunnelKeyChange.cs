using PortPortal.Engine.Nodes.Protocol;
using PortPortal.Engine.Tunnels.WireGuard;

namespace PortPortal.Engine.Agent;

/// <summary>Gives this machine's end of the tunnel another key from time to time, while the tunnel carries on.</summary>
/// <remarks>
/// 1. The next pair is made and kept in a file. 2. Its public half is announced on the stream until the portal answers.
/// 3. The edge takes handshakes of either key, and says so. 4. The next pair takes the place of the first, and its handshake tells the edge
/// to give it the address. Each step is seen in what both ends keep, so that either may be killed after any of them: what it does next is the same.
/// </remarks>
/// <param name="lifetime">How old a key gets; zero for as old as it likes.</param>
internal sealed class TunnelKeyChange(WireGuardKeyring keys, TimeSpan lifetime, TimeProvider time)
{
    private volatile WireGuardKey? _toAnnounce;

    public WireGuardIdentity Current => keys.Current;

    /// <summary>What the portal has to hear; null for nothing.</summary>
    public WireGuardKey? ToAnnounce => _toAnnounce;

    /// <summary>Goes as far as what the portal said last allows. One caller at a time.</summary>
    public void Advance(DesiredTunnel? desired)
    {
        if (desired?.NodeKey is not { } known)
        {
            _toAnnounce = null; // no tunnel, or a portal that cannot change keys
            return;
        }

        if (keys.Next is { } next && (next.PublicKey.Text == desired.AwaitedKey || next.PublicKey.Text == known))
        {
            keys.Advance();
        }

        var current = keys.Current.PublicKey;
        if (keys.Next is null && known == current.Text && (desired.UnwantedKey == current.Text || IsOld()))
        {
            keys.Prepare();
        }

        _toAnnounce = keys.Next?.PublicKey ?? (known == current.Text ? null : current);
    }

    private bool IsOld() => lifetime > TimeSpan.Zero && time.GetUtcNow() - keys.MadeAt >= lifetime;
}
