using PortPortal.Engine.Common;

namespace PortPortal.Engine.Access;

/// <summary>Who may open one exposure, as it stands at one version.</summary>
public sealed record AccessPolicy
{
    public required string ExposureId { get; init; }

    public required AccessMode Mode { get; init; }

    /// <summary>Grows with every change; a grant of another version is worth nothing.</summary>
    public required int Version { get; init; }

    /// <summary>The owner always passes a sign-in.</summary>
    public required string OwnerId { get; init; }

    /// <summary>E-mail rules as written; used by <see cref="AccessMode.Email"/>.</summary>
    public ValueList<string> AllowedEmails { get; init; } = [];
}
