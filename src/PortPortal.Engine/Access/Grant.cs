namespace PortPortal.Engine.Access;

/// <summary>A remembered yes: what one visitor has proved, for one exposure on one host.</summary>
/// <remarks>It proves nothing about now: <see cref="AccessGate"/> judges it again at every request.</remarks>
public sealed record Grant
{
    public required string Id { get; init; }

    public required string ExposureId { get; init; }

    /// <summary>The host name it was given on, lower case, without port.</summary>
    public required string Host { get; init; }

    public required Proof Proof { get; init; }

    /// <summary>The policy's version when it was given.</summary>
    public required int Version { get; init; }

    public required DateTimeOffset IssuedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The account, for <see cref="Proof.SignIn"/>.</summary>
    public string? UserId { get; init; }

    /// <summary>The sign-in on the portal that it hangs on: it ends with it.</summary>
    public string? SignInId { get; init; }

    /// <summary>The proved address, for <see cref="Proof.EmailCode"/>.</summary>
    public string? Email { get; init; }

    /// <summary>The share link or preview link they came by: it ends with it.</summary>
    public string? LinkId { get; init; }
}

/// <summary>How a visitor showed who they are, or what they know.</summary>
public enum Proof
{
    SignIn,
    EmailCode,
    Pin,

    /// <summary>A share link that admits by itself.</summary>
    Link,

    /// <summary>A preview link: the host name is the proof, and no cookie holds this.</summary>
    Preview,
}
