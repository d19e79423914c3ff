using System.Globalization;
using PortPortal.Components.Kit;
using PortPortal.Engine.ShareLinks;

namespace PortPortal.Components.Live;

/// <summary>One share link as screens show it, to one reader.</summary>
public sealed record LinkRow
{
    public required string Id { get; init; }

    public required string ExposureId { get; init; }

    public required string SessionId { get; init; }

    public required string SessionName { get; init; }

    public required int Port { get; init; }

    public required PpState PortState { get; init; }

    /// <summary>Who it is for.</summary>
    public required string Title { get; init; }

    public string? Label { get; init; }

    public required string StartPath { get; init; }

    /// <summary>The whole link; null for who may only look.</summary>
    public Uri? Url { get; init; }

    /// <summary>Host and the token's first characters.</summary>
    public required string ShortUrl { get; init; }

    /// <summary>What a visitor needs; null where the port is closed.</summary>
    public PpAccessMode? Needs { get; init; }

    public required bool Bearer { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public required string CreatedBy { get; init; }

    public required int Uses { get; init; }

    public int? MaxUses { get; init; }

    public DateTimeOffset? LastUsedAt { get; init; }

    public string? LastUsedFrom { get; init; }

    /// <summary>People who are connected through it now.</summary>
    public required int OpenNow { get; init; }

    public required bool MayChange { get; init; }

    /// <summary>Why it leads nowhere any more, in a few words; null while it works.</summary>
    public string? Ended { get; init; }

    /// <summary>It works for those who came in time, and for nobody else.</summary>
    public required bool IsUsedUp { get; init; }

    public bool Works => Ended is null;

    public string UsesText => MaxUses is { } most
        ? string.Create(CultureInfo.InvariantCulture, $"{Uses} of {most}")
        : string.Create(CultureInfo.InvariantCulture, $"{Uses}, no limit");

    /// <summary>What is left of its life, 1 to 0.</summary>
    public double ShareLeft(DateTimeOffset now) =>
        Works && ExpiresAt > CreatedAt ? Math.Clamp((ExpiresAt - now) / (ExpiresAt - CreatedAt), 0, 1) : 0;

    internal static string Name(ShareLinkStatus link) => link.Label is { Length: > 0 } label ? label : link.IsBirthLink ? "Came with the port" : "No name";

    internal static string EndedWords(LinkEnd end, ShareLinkStatus link) => end switch
    {
        LinkEnd.Revoked => link.RevokedBy is { Length: > 0 } who ? $"Revoked by {who}" : "Revoked",
        LinkEnd.Closed => "Port closed",
        LinkEnd.UsedUp => "Used up",
        _ => "Expired",
    };
}
