namespace PortPortal.Sdk;

/// <summary>A port was opened or closed.</summary>
public sealed record PortEvent
{
    /// <summary><c>port.exposed</c> or <c>port.closed</c>.</summary>
    public required string Event { get; init; }

    /// <summary>When this client learned of it, UTC.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>The session's id.</summary>
    public required string SessionId { get; init; }

    /// <summary>1–65535.</summary>
    public required int Port { get; init; }

    /// <summary>Where it is, or was, open.</summary>
    public required Uri Url { get; init; }
}
