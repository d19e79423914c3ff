namespace PortPortal.Engine.Sessions;

/// <summary>What a caller asks for when it registers a session.</summary>
public sealed record SessionRequest
{
    public string? Name { get; init; }

    /// <summary>An IP literal.</summary>
    public string? Address { get; init; }

    /// <summary>The node that runs it, by id or name; null for the machine of the portal.</summary>
    public string? Node { get; init; }

    public string? Profile { get; init; }

    public IReadOnlyList<int> AllowPorts { get; init; } = [];

    public DateTimeOffset? ExpiresAt { get; init; }
}

/// <summary>What to change; null leaves a thing as it is.</summary>
public sealed record SessionChange
{
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>It has no end any more.</summary>
    public bool NoEnd { get; init; }
}
