namespace PortPortal.Sdk;

/// <summary>One person or address that is kept out of a port.</summary>
public sealed record KeptOutInfo
{
    /// <summary>For <c>DELETE …/kept-out/{id}</c>.</summary>
    public required string Id { get; init; }

    /// <summary>What people call them.</summary>
    public required string Name { get; init; }

    /// <summary>Whoever proves this address is kept out.</summary>
    public string? Email { get; init; }

    /// <summary>This account is kept out.</summary>
    public string? UserId { get; init; }

    /// <summary>Whoever comes from there is kept out; an IPv6 address stands for its /64.</summary>
    public string? Address { get; init; }

    /// <summary>Since when, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Until when, UTC; null = until it is lifted.</summary>
    public DateTimeOffset? Until { get; init; }
}

/// <summary>The answer of <c>GET …/ports/{port}/kept-out</c>.</summary>
public sealed record KeptOutList
{
    /// <summary>The oldest first.</summary>
    public required IReadOnlyList<KeptOutInfo> KeptOut { get; init; }
}
