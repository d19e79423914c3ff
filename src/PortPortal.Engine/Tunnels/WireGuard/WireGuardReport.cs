using System.Collections.Immutable;
using System.Net;

namespace PortPortal.Engine.Tunnels.WireGuard;

/// <summary>What became of a plan.</summary>
/// <param name="Fault">Why it is not in force, in words a user can act on; null where it is.</param>
/// <param name="Device">What carries the packets: <c>kernel</c> or <c>wireguard-go</c>; null where nothing does.</param>
public sealed record WireGuardReport(string? Fault, string? Device);

/// <summary>One end as it is now.</summary>
public sealed record WireGuardStatus
{
    public required WireGuardKey? PublicKey { get; init; }

    public int ListenPort { get; init; }

    public ImmutableArray<WireGuardPeerStatus> Peers { get; init; } = [];
}

/// <summary>One other end as it is now.</summary>
public sealed record WireGuardPeerStatus
{
    public required WireGuardKey PublicKey { get; init; }

    /// <summary>Where it was heard from last.</summary>
    public IPEndPoint? Endpoint { get; init; }

    /// <summary>Null before the first.</summary>
    public DateTimeOffset? LastHandshake { get; init; }

    public long BytesReceived { get; init; }

    public long BytesSent { get; init; }

    public ImmutableArray<IPNetwork> AllowedAddresses { get; init; } = [];

    public TimeSpan? KeepAlive { get; init; }
}
