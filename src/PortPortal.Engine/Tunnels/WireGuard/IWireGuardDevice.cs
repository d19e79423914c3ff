namespace PortPortal.Engine.Tunnels.WireGuard;

/// <summary>Whatever carries the packets of one interface: the kernel or a program.</summary>
internal interface IWireGuardDevice : IDisposable
{
    /// <summary><c>kernel</c> or <c>wireguard-go</c>.</summary>
    string Name { get; }

    /// <exception cref="TunnelException">It does not answer, or refused.</exception>
    Task<WireGuardStatus> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Makes keys, port and peers equal to the plan; what is equal already is not disturbed.</summary>
    /// <remarks>Another key of this end's is told at once, by a handshake, to every peer whose endpoint the plan names.</remarks>
    /// <exception cref="TunnelException">It does not answer, or refused.</exception>
    Task ConfigureAsync(WireGuardPlan plan, CancellationToken cancellationToken);

    /// <summary>Forgets the session with a peer and begins a new one with the next packet.</summary>
    /// <param name="peer">With the endpoint to call.</param>
    /// <exception cref="TunnelException">It does not answer, or refused.</exception>
    Task RenewAsync(WireGuardPeer peer, CancellationToken cancellationToken);
}
