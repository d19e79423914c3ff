using System.Net;
using PortPortal.Engine.Common;

namespace PortPortal.Engine.Nodes;

/// <summary>A node as people see it now.</summary>
public sealed record NodeStatus
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public string? Host { get; init; }

    public required IPAddress TunnelAddress { get; init; }

    public required NodeState State { get; init; }

    public required DateTimeOffset StateSince { get; init; }

    public bool Draining { get; init; }

    /// <summary>The way that visitors' requests take to it now.</summary>
    public NodeWay Way { get; init; }

    /// <summary>Whether its stream to the portal is alive.</summary>
    public bool StreamUp { get; init; }

    /// <summary>Whether heartbeats come back through its tunnel.</summary>
    public bool TunnelUp { get; init; }

    /// <summary>Why the tunnel or the stream is down, in words a user can act on.</summary>
    public string? Problem { get; init; }

    /// <summary>Why the node's own end of the tunnel is down, in its words; null where it is up.</summary>
    public string? TunnelFault { get; init; }

    /// <summary>What carries the node's end of the tunnel: <c>kernel</c> or <c>wireguard-go</c>.</summary>
    public string? Device { get; init; }

    public DateTimeOffset? LastHandshake { get; init; }

    /// <summary>Through its tunnel, from the node.</summary>
    public long BytesReceived { get; init; }

    public long BytesSent { get; init; }

    public TimeSpan? RoundTrip { get; init; }

    /// <summary>Bytes a second from the node, by whichever way; heartbeats are not among them.</summary>
    public double ReceivedPerSecond { get; init; }

    /// <summary>Bytes a second to the node.</summary>
    public double SentPerSecond { get; init; }

    /// <summary>Both together over the last minute, oldest first, in bytes a second.</summary>
    public ValueList<double> Recent { get; init; } = [];

    /// <summary>The program's version there.</summary>
    public string? Version { get; init; }

    /// <summary>What forwards there, in words: <c>nftables</c> or <c>userspace relay</c>.</summary>
    public string? Forwarding { get; init; }

    /// <summary>When the node said last how its ports stand; it speaks when something has changed.</summary>
    public DateTimeOffset? ReportedAt { get; init; }

    /// <summary>Differences that the node found among its forwards and put right since it started.</summary>
    public long Mended { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? JoinedAt { get; init; }

    /// <summary>Until when its join token can be used; null where there is none.</summary>
    public DateTimeOffset? TokenExpiresAt { get; init; }

    internal static NodeStatus Of(Node node, DateTimeOffset now) => new()
    {
        Id = node.Id,
        Name = node.Name,
        Host = node.Host,
        TunnelAddress = IPAddress.Parse(node.TunnelAddress),
        State = node.JoinedAt is null ? NodeState.Waiting : NodeState.Unreachable,
        StateSince = now,
        Draining = node.DrainingSince is not null,
        CreatedAt = node.CreatedAt,
        JoinedAt = node.JoinedAt,
        TokenExpiresAt = node.TokenExpiresAt,
    };
}

public enum NodeState
{
    /// <summary>Nobody has used its join token yet.</summary>
    Waiting,
    Connected,
    Unreachable,
}

/// <summary>How the edge reaches a node's sessions.</summary>
public enum NodeWay
{
    None,

    /// <summary>Through the node's own TLS connection to the portal: works wherever the node can reach the portal.</summary>
    Stream,
    WireGuard,
}
