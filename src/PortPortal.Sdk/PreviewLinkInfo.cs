using System.Text.Json.Serialization;

namespace PortPortal.Sdk;

/// <summary>A preview link in a list; its token is shown once, to whoever makes it.</summary>
public sealed record PreviewLinkInfo
{
    /// <summary>12 lower-case base32 characters; no secret.</summary>
    public required string Id { get; init; }

    /// <summary>The session's id.</summary>
    public required string SessionId { get; init; }

    /// <summary>The port it leads to, 1–65535.</summary>
    public required int Port { get; init; }

    /// <summary>The account that made it.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>When it was made, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it ends by itself, UTC.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When it was revoked, UTC; null = it was not.</summary>
    public DateTimeOffset? RevokedAt { get; init; }
}

/// <summary>The answer of <c>POST /v1/sandboxes/{id}/preview-token</c>, with PandaStack's member names.</summary>
public sealed record PreviewTokenInfo
{
    /// <summary>Where whoever has it opens the port.</summary>
    public required Uri Url { get; init; }

    /// <summary>The host label that is the link: 63 lower-case base32 characters.</summary>
    public required string Token { get; init; }

    /// <summary>The session's id.</summary>
    [JsonPropertyName("sandbox_id")]
    public required string SandboxId { get; init; }

    /// <summary>The port, 1–65535.</summary>
    public required int Port { get; init; }

    /// <summary>When it ends, UTC, with a Z.</summary>
    [JsonPropertyName("expires_at")]
    public required DateTime ExpiresAt { get; init; }
}
