namespace PortPortal.Engine.Profiles;

/// <summary>What a caller wants of a profile, as it was written; null leaves a thing as it is, or at its default.</summary>
public sealed record ProfileRequest
{
    public string? Note { get; init; }

    public int? MaxExposedPorts { get; init; }

    public int? MaxForwardedPorts { get; init; }

    /// <summary><c>sso</c>, <c>email</c>, <c>pin</c> or <c>public</c>.</summary>
    public string? WidestAccess { get; init; }

    public bool? OpenPorts { get; init; }

    public int? DefaultLinkTtlSeconds { get; init; }

    public int? MaxLinkTtlSeconds { get; init; }

    public bool? BearerLinks { get; init; }

    public double? RequestsPerSecond { get; init; }

    public int? RequestBurst { get; init; }
}

/// <summary>What a caller wants of the policy, as it was written; null leaves a thing as it is.</summary>
public sealed record PolicyRequest
{
    /// <summary><c>sso</c>, <c>email</c>, <c>pin</c> or <c>public</c>.</summary>
    public string? WidestAccess { get; init; }

    /// <summary><c>sso</c>, <c>email</c> or <c>pin</c>.</summary>
    public string? DefaultAccess { get; init; }

    public int? MaxLinkTtlSeconds { get; init; }

    public bool? BearerLinks { get; init; }
}
