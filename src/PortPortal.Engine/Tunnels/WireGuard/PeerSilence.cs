namespace PortPortal.Engine.Tunnels.WireGuard;

/// <summary>Tells which other ends to call anew: those that have forgotten the session which this end still keeps.</summary>
/// <remarks>
/// An end whose interface was made anew cannot read what the old session carries, and WireGuard itself begins a new handshake only 15 s
/// after the last data that nobody answered (https://www.wireguard.com/papers/wireguard.pdf, section 6.4). A session is given up only where
/// it is silent both ways: no heartbeat, and not one byte that the other end could still encrypt. One caller at a time.
/// </remarks>
/// <param name="patience">How long nothing has to come; also the least time between two calls of one end.</param>
public sealed class PeerSilence(TimeSpan patience, TimeProvider time)
{
    /// <summary>An end that always calls first notices a silent edge by this.</summary>
    public static readonly TimeSpan OfCaller = TimeSpan.FromSeconds(4);

    /// <summary>Longer than the caller's, for two ends that call at once cancel each other's handshake out until the next try 5 s later; longer than its keep-alive too.</summary>
    public static readonly TimeSpan OfCalled = TimeSpan.FromSeconds(8);

    private readonly Dictionary<WireGuardKey, (long Bytes, long Since)> _quiet = [];

    /// <param name="silent">The peers whose heartbeats are overdue, as the device has them now.</param>
    /// <returns>Those to call; a peer without a session or a known endpoint is not among them, as there WireGuard calls by itself, or nobody can.</returns>
    public IReadOnlyList<WireGuardKey> Due(IReadOnlyList<WireGuardPeerStatus> silent)
    {
        foreach (var heard in _quiet.Keys.Except(silent.Select(peer => peer.PublicKey)).ToList())
        {
            _quiet.Remove(heard);
        }

        var due = new List<WireGuardKey>();
        foreach (var peer in silent)
        {
            if (!_quiet.TryGetValue(peer.PublicKey, out var quiet) || quiet.Bytes != peer.BytesReceived)
            {
                _quiet[peer.PublicKey] = (peer.BytesReceived, time.GetTimestamp());
            }
            else if (time.GetElapsedTime(quiet.Since) >= patience && peer is { LastHandshake: not null, Endpoint: not null })
            {
                _quiet.Remove(peer.PublicKey);
                due.Add(peer.PublicKey);
            }
        }

        return due;
    }
}
