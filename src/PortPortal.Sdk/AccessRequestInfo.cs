namespace PortPortal.Sdk;

/// <summary>Someone who was refused and asked to come in.</summary>
public sealed record AccessRequestInfo
{
    /// <summary>12 lower-case base32 characters.</summary>
    public required string Id { get; init; }

    /// <summary>The session's id.</summary>
    public required string SessionId { get; init; }

    /// <summary>1–65535.</summary>
    public required int Port { get; init; }

    /// <summary>The address they proved.</summary>
    public required string Email { get; init; }

    /// <summary>Their name, where they have an account.</summary>
    public string? Name { get; init; }

    /// <summary>When they asked, UTC.</summary>
    public required DateTimeOffset AskedAt { get; init; }

    /// <summary><c>open</c>, <c>approved</c> or <c>refused</c>.</summary>
    public required string State { get; init; }

    /// <summary>Who answered.</summary>
    public string? DecidedBy { get; init; }

    /// <summary>When what was granted ends, UTC; null = for good.</summary>
    public DateTimeOffset? Until { get; init; }
}
