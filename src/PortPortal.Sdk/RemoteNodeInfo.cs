namespace PortPortal.Sdk;

/// <summary>A machine that has joined, or may, as the API answers it.</summary>
public sealed record RemoteNodeInfo
{
    /// <summary>12 lower-case base32 characters.</summary>
    public required string Id { get; init; }

    /// <summary>A DNS label.</summary>
    public required string Name { get; init; }

    /// <summary>Where the world reaches its port forwards; null where it does not.</summary>
    public string? Host { get; init; }

    /// <summary><c>waiting</c>, <c>connected</c>, <c>unreachable</c>.</summary>
    public required string State { get; init; }

    /// <summary>Since when, UTC.</summary>
    public required DateTimeOffset StateSince { get; init; }

    /// <summary>True where it takes no new sessions.</summary>
    public bool Draining { get; init; }

    /// <summary>The way visitors' requests take to it: <c>wireGuard</c>, <c>stream</c> or <c>none</c>.</summary>
    public required string Way { get; init; }

    /// <summary>Whether its stream to the portal is alive.</summary>
    public bool StreamUp { get; init; }

    /// <summary>Whether heartbeats come back through its tunnel.</summary>
    public bool TunnelUp { get; init; }

    /// <summary>What is wrong, in words; null where nothing is.</summary>
    public string? Problem { get; init; }

    /// <summary>Its end of the tunnel.</summary>
    public required string TunnelAddress { get; init; }

    /// <summary>What carries it there: <c>kernel</c> or <c>wireguard-go</c>.</summary>
    public string? TunnelDevice { get; init; }

    /// <summary>The last handshake of its tunnel, UTC.</summary>
    public DateTimeOffset? LastHandshake { get; init; }

    /// <summary>Through the tunnel, from the node.</summary>
    public long BytesReceived { get; init; }

    /// <summary>Through the tunnel, to the node.</summary>
    public long BytesSent { get; init; }

    /// <summary>Of the last heartbeat.</summary>
    public double? RoundTripMilliseconds { get; init; }

    /// <summary>What forwards there.</summary>
    public string? Forwarding { get; init; }

    /// <summary>The program's version there.</summary>
    public string? Version { get; init; }

    /// <summary>When it was announced, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it joined, UTC.</summary>
    public DateTimeOffset? JoinedAt { get; init; }

    /// <summary>Until when its token can be used, UTC; null where it was.</summary>
    public DateTimeOffset? TokenExpiresAt { get; init; }
}

/// <summary>A machine that was just announced, with what it needs to join.</summary>
public sealed record NewNodeInfo
{
    /// <summary>The node, waiting.</summary>
    public required RemoteNodeInfo Node { get; init; }

    /// <summary>Shown this once; works once.</summary>
    public required string Token { get; init; }

    /// <summary>What to run on the machine.</summary>
    public required string JoinCommand { get; init; }
}

/// <summary>What a machine learns when it joins.</summary>
public sealed record JoinedNodeInfo
{
    /// <summary>The node it is now.</summary>
    public required string Id { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }
}
