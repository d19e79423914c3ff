using PortPortal.Engine.Common;

namespace PortPortal.Engine.Access;

/// <summary>Whoever sends a request through the edge, as far as is known at this moment.</summary>
/// <param name="Host">The host name asked for, lower case, without port.</param>
/// <param name="Grant">What the visitor carries, unchecked; null for a stranger.</param>
/// <param name="Account">The account behind a sign-in, as it is now; null where it has none, is disabled, or has signed out.</param>
/// <param name="IsKeptOut">True where the owner keeps this person, or everyone who comes from there, out of the port.</param>
/// <param name="Link">The link they came by, as it is now; null where there was none, it was revoked, or its port was closed.</param>
public readonly record struct Visitor(string Host, Grant? Grant = null, VisitorAccount? Account = null, bool IsKeptOut = false, VisitorLink? Link = null);

/// <summary>What the gate has to know of an account.</summary>
public sealed record VisitorAccount
{
    public required string UserId { get; init; }

    public required string SignInId { get; init; }

    public required string Name { get; init; }

    /// <summary>Null where nobody has verified one.</summary>
    public string? VerifiedEmail { get; init; }

    /// <summary>As the identity provider says.</summary>
    public ValueList<string> Groups { get; init; } = [];
}

/// <summary>What the gate has to know of a share link or a preview link that works.</summary>
public sealed record VisitorLink
{
    public required string Id { get; init; }

    public required string ExposureId { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>It lets people in by itself, and may.</summary>
    public bool Admits { get; init; }
}
