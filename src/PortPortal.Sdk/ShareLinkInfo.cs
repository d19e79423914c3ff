namespace PortPortal.Sdk;

/// <summary>A share link as the API answers it.</summary>
public sealed record ShareLinkInfo
{
    /// <summary>12 lower-case base32 characters; no secret.</summary>
    public required string Id { get; init; }

    /// <summary>The session's id.</summary>
    public required string SessionId { get; init; }

    /// <summary>The port it leads to, 1–65535.</summary>
    public required int Port { get; init; }

    /// <summary>What to send; for whoever may change the port.</summary>
    public Uri? Url { get; init; }

    /// <summary>26 characters; its first 4 and an ellipsis for whoever may only look.</summary>
    public required string Token { get; init; }

    /// <summary>Who it is for.</summary>
    public string? Label { get; init; }

    /// <summary>Where visitors land.</summary>
    public required string Path { get; init; }

    /// <summary>True where the link admits by itself; otherwise the port's own check is asked.</summary>
    public required bool Bearer { get; init; }

    /// <summary><c>active</c>, <c>usedUp</c>, <c>expired</c>, <c>revoked</c> or <c>closed</c> (its port was closed or its session ended).</summary>
    public required string State { get; init; }

    /// <summary>The account that made it.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>When it was made, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it ends, UTC: never after its port and session.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>People it has let through; a browser that comes back counts once.</summary>
    public required int Uses { get; init; }

    /// <summary>People it lets through; null = any number.</summary>
    public int? MaxUses { get; init; }

    /// <summary>When it last let someone through, UTC; null = never.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }
}
