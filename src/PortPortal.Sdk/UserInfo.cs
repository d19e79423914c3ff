namespace PortPortal.Sdk;

/// <summary>A person who may sign in.</summary>
public sealed record UserInfo
{
    /// <summary>12 lower-case base32 characters.</summary>
    public required string Id { get; init; }

    /// <summary>What others see.</summary>
    public required string Name { get; init; }

    /// <summary>The address they sign in with, or that their provider names.</summary>
    public string? Email { get; init; }

    /// <summary><c>viewer</c>, <c>member</c> or <c>admin</c>.</summary>
    public required string Role { get; init; }

    /// <summary>True while they are kept out.</summary>
    public required bool Disabled { get; init; }

    /// <summary>False for people whom an identity provider vouches for.</summary>
    public required bool Local { get; init; }

    /// <summary>True until they set a passphrase by their invitation.</summary>
    public required bool Invited { get; init; }

    /// <summary>When the account was made, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Their last sign-in, UTC; null = never.</summary>
    public DateTimeOffset? LastSignInAt { get; init; }

    /// <summary>The one-time link by which they set a passphrase: in the answer that made it, and never again.</summary>
    public Uri? InvitationUrl { get; init; }

    /// <summary>When that link ends, UTC.</summary>
    public DateTimeOffset? InvitationExpiresAt { get; init; }
}
