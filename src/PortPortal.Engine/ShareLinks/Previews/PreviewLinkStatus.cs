namespace PortPortal.Engine.ShareLinks.Previews;

/// <summary>A preview link as its owner sees it in a list.</summary>
public sealed record PreviewLinkStatus
{
    public required string Id { get; init; }

    public required string SessionId { get; init; }

    public required int Port { get; init; }

    public required string CreatedBy { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public DateTimeOffset? RevokedAt { get; init; }
}

/// <param name="Link">What lists show.</param>
/// <param name="Token">The host label, for whoever asked for it.</param>
/// <param name="Url">Where it leads.</param>
public sealed record PreviewLinkResult(PreviewLinkStatus Link, string Token, Uri Url);
