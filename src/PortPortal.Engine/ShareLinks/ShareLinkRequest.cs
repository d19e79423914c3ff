namespace PortPortal.Engine.ShareLinks;

/// <summary>What a caller asks for, as it was written: <see cref="ShareLinkRules"/> reads and judges it.</summary>
public sealed record ShareLinkRequest
{
    /// <summary>The profile's default where it is left out.</summary>
    public long? TtlSeconds { get; init; }

    public string? Label { get; init; }

    /// <summary>The front page where it is left out.</summary>
    public string? Path { get; init; }

    public int? MaxUses { get; init; }

    public bool Bearer { get; init; }
}

/// <summary>What to change; null leaves a thing as it is.</summary>
public sealed record ShareLinkChange
{
    /// <summary>Counted from now.</summary>
    public long? TtlSeconds { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public string? Label { get; init; }

    public string? Path { get; init; }

    public int? MaxUses { get; init; }
}

/// <param name="Link">As it stands now.</param>
/// <param name="Token">In full, for whoever may change the port.</param>
public sealed record ShareLinkResult(ShareLinkStatus Link, string Token);
