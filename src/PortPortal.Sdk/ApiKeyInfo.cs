namespace PortPortal.Sdk;

/// <summary>An API key as lists show it.</summary>
public sealed record ApiKeyInfo
{
    /// <summary>12 lower-case base32 characters.</summary>
    public required string Id { get; init; }

    /// <summary>What it is for.</summary>
    public required string Name { get; init; }

    /// <summary><c>viewer</c>, <c>member</c> or <c>admin</c>; never more than its owner's.</summary>
    public required string Role { get; init; }

    /// <summary>The account it acts as.</summary>
    public required string Owner { get; init; }

    /// <summary>When it was made, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it ends by itself, UTC; null = until revoked.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Its last use, to the minute, UTC; null = never.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>The key itself: in the answer that made it, and never again.</summary>
    public string? Key { get; init; }
}
