namespace PortPortal.Sdk;

/// <summary>A session as the API answers it.</summary>
public sealed record SessionInfo
{
    /// <summary>12 lower-case base32 characters, or <c>this-machine</c>.</summary>
    public required string Id { get; init; }

    /// <summary>A DNS label; the id where none was given.</summary>
    public required string Name { get; init; }

    /// <summary><c>thisMachine</c>, <c>registered</c>, <c>container</c> or <c>sandbox</c>.</summary>
    public required string Kind { get; init; }

    /// <summary><c>starting</c>, <c>running</c>, <c>paused</c> or <c>terminated</c>.</summary>
    public required string State { get; init; }

    /// <summary>Why nothing newer is known of it, in words; null while its source answers.</summary>
    public string? Problem { get; init; }

    /// <summary>Since when nothing is known, UTC.</summary>
    public DateTimeOffset? ProblemSince { get; init; }

    /// <summary>The node that runs it.</summary>
    public required string Node { get; init; }

    /// <summary>Its IP address; null for this machine.</summary>
    public string? Address { get; init; }

    /// <summary>The owner's account id; empty where admins own it together.</summary>
    public required string Owner { get; init; }

    /// <summary>When it was first seen, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it ends by itself, UTC; null = no end.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Its open ports.</summary>
    public required IReadOnlyList<ExposedPortInfo> ExposedPorts { get; init; }
}
