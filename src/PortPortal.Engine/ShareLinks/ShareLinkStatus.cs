using PortPortal.Engine.Common;

namespace PortPortal.Engine.ShareLinks;

/// <summary>A share link as people and the edge see it now; <see cref="LiveLinks"/> says whether it still works.</summary>
public sealed record ShareLinkStatus
{
    public required string Id { get; init; }

    public required string ExposureId { get; init; }

    public required string SessionId { get; init; }

    /// <summary>As it was called when this was read; an ended session has no other name.</summary>
    public required string SessionName { get; init; }

    public required string OwnerId { get; init; }

    public required int Port { get; init; }

    internal string TokenHash { get; init; } = "";

    internal string TokenProtected { get; init; } = "";

    /// <summary>What viewers see of the token.</summary>
    public required string TokenStart { get; init; }

    public string? Label { get; init; }

    public required string StartPath { get; init; }

    public required bool Bearer { get; init; }

    public required bool IsBirthLink { get; init; }

    public required string CreatedBy { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>What was asked for; it may end sooner, with its port or session.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    public int? MaxUses { get; init; }

    public required int Uses { get; init; }

    public DateTimeOffset? LastUsedAt { get; init; }

    public string? LastUsedFrom { get; init; }

    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>The name of whoever revoked it.</summary>
    public string? RevokedBy { get; init; }

    /// <summary>When its port was closed or its session ended.</summary>
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>Everyone whom it may let through has come.</summary>
    public bool IsUsedUp => Uses >= MaxUses;

    internal static ShareLinkStatus Of(ShareLink link, LinkedPort port) => new()
    {
        Id = link.Id,
        ExposureId = link.ExposureId,
        SessionId = port.SessionId,
        SessionName = port.SessionName,
        OwnerId = port.OwnerId,
        Port = port.Port,
        TokenHash = link.TokenHash,
        TokenProtected = link.TokenProtected,
        TokenStart = link.TokenStart,
        Label = link.Label,
        StartPath = link.StartPath,
        Bearer = link.Bearer,
        IsBirthLink = link.IsBirthLink,
        CreatedBy = link.CreatedBy,
        CreatedAt = link.CreatedAt,
        ExpiresAt = link.ExpiresAt,
        MaxUses = link.MaxUses,
        Uses = link.Uses,
        LastUsedAt = link.LastUsedAt,
        LastUsedFrom = link.LastUsedFrom,
        RevokedAt = link.RevokedAt,
        RevokedBy = link.RevokedBy,
        ClosedAt = port.ClosedAt,
    };
}

/// <summary>What a link leads to.</summary>
internal sealed record LinkedPort(string SessionId, string SessionName, string OwnerId, int Port, DateTimeOffset? ClosedAt = null);
