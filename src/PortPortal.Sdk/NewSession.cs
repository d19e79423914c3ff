namespace PortPortal.Sdk;

/// <summary>A session to register.</summary>
public sealed record NewSession
{
    /// <summary>An IP address inside <c>Sessions:AllowedAddresses</c>.</summary>
    public required string Address { get; init; }

    /// <summary>A DNS label, unique among running sessions; null = the id.</summary>
    public string? Name { get; init; }

    /// <summary>Its limits; null = the default profile.</summary>
    public string? Profile { get; init; }

    /// <summary>When it ends by itself; null = never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>What is open from the start, and what may be.</summary>
    public SessionNetwork? Network { get; init; }
}

/// <summary>The network part of a session.</summary>
public sealed record SessionNetwork
{
    /// <summary>Ports to open at once.</summary>
    public IReadOnlyList<NewPort>? Expose { get; init; }

    /// <summary>Which ports may be opened at all.</summary>
    public SessionIngress? Ingress { get; init; }
}

/// <summary>Which ports of a session may be opened.</summary>
public sealed record SessionIngress
{
    /// <summary>Null or empty = every port.</summary>
    public IReadOnlyList<int>? AllowPorts { get; init; }
}
