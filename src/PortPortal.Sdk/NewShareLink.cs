namespace PortPortal.Sdk;

/// <summary>A share link to mint.</summary>
public sealed record NewShareLink
{
    /// <summary>300 to the profile's maximum; null = 24 hours.</summary>
    public int? TtlSeconds { get; init; }

    /// <summary>Whom or what it is for.</summary>
    public string? Label { get; init; }

    /// <summary>Where in the app it leads, beginning with <c>/</c>.</summary>
    public string? Path { get; init; }

    /// <summary>How many people may come in by it; null = any number.</summary>
    public int? MaxUses { get; init; }

    /// <summary>True: the link itself admits, where the profile allows that.</summary>
    public bool? Bearer { get; init; }
}

/// <summary>What to change about a share link.</summary>
internal sealed record ShareLinkChange
{
    public required DateTimeOffset ExpiresAt { get; init; }
}
