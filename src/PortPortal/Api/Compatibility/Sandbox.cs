using System.Text.Json.Serialization;
using PortPortal.Engine.Exposures;
using PortPortal.Engine.Sessions;
using PortPortal.Sdk;
using PortPortal.Wire;

namespace PortPortal.Api.Compatibility;

/// <summary>A session as Runra answers it.</summary>
internal sealed record Sandbox(string Id, string Name, string State, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt)
{
    public static Sandbox Of(SessionStatus session) => new(
        session.Id,
        session.Name,
        session.State == SessionState.Starting ? "creating" : WireWord.Of(session.State),
        session.CreatedAt,
        session.ExpiresAt);
}

/// <summary>Runra's envelope of lists.</summary>
internal sealed record SandboxPage(IReadOnlyList<Sandbox> Data, Pagination Pagination);

internal sealed record Pagination(int Total, int Limit, int Offset, bool HasMore);

/// <summary>One port with the members of both systems: Runra's <c>port, url, sandboxId</c>, and PandaStack's in snake case.</summary>
internal sealed record SandboxPort
{
    public required int Port { get; init; }

    public string? Label { get; init; }

    public bool? Listening { get; init; }

    /// <summary><c>user</c> or <c>detected</c>.</summary>
    public required string Source { get; init; }

    public Uri? Url { get; init; }

    public required string SandboxId { get; init; }

    [JsonPropertyName("proxy_url")]
    public Uri? ProxyUrl => Url;

    [JsonPropertyName("sandbox_id")]
    public string SandboxIdInSnakeCase => SandboxId;

    public static SandboxPort Of(PortInfo port, string sandboxId) => new()
    {
        Port = port.Port,
        Label = port.Label,
        Listening = port.Listening,
        Source = port.Source == "detected" ? "detected" : "user",
        Url = port.Url,
        SandboxId = sandboxId,
    };

    public static SandboxPort Of(ExposureStatus exposure) => new()
    {
        Port = exposure.Port,
        Label = exposure.Label,
        Listening = exposure.Listening,
        Source = "user",
        Url = exposure.Url,
        SandboxId = exposure.SessionId,
    };
}

/// <summary>PandaStack's list.</summary>
internal sealed record SandboxPorts(IReadOnlyList<SandboxPort> Ports);
