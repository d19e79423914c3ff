using System.Text.Json.Serialization;

namespace PortPortal.Sdk;

/// <summary>What a preview link is asked for with, in PandaStack's member names.</summary>
internal sealed record NewPreviewToken
{
    public required int Port { get; init; }

    [JsonPropertyName("ttl_seconds")]
    public int? TtlSeconds { get; init; }
}
