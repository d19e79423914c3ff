namespace PortPortal.Engine.Sessions;

/// <summary>What a caller asks for when it registers a session.</summary>
public sealed record SessionRequest
{
    public string? Name { get; init; }

    /// <summary>An IP literal.</summary>
    public string? Address { get; init; }

    public string? Profile { get; init; }

    public IReadOnlyList<int> AllowPorts { get; init; } = [];

    public DateTimeOffset? ExpiresAt { get; init; }
}
