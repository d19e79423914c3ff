namespace PortPortal.Sdk;

/// <summary>Someone who is using a port now: one person, however many requests and sockets.</summary>
public sealed record ConnectionInfo
{
    /// <summary>For <c>DELETE …/connections/{id}</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The session's id.</summary>
    public required string SessionId { get; init; }

    /// <summary>The port in the session, 1–65535.</summary>
    public required int Port { get; init; }

    /// <summary>A name or an address; null for people whom nobody identified.</summary>
    public string? Who { get; init; }

    /// <summary>The e-mail address they have proved.</summary>
    public string? Email { get; init; }

    /// <summary>Their account, where they signed in.</summary>
    public string? UserId { get; init; }

    /// <summary>What they came in with: <c>sso</c>, <c>email</c>, <c>pin</c>, <c>link</c>, <c>preview</c> or <c>public</c>.</summary>
    public required string CameBy { get; init; }

    /// <summary>The address they come from.</summary>
    public required string From { get; init; }

    /// <summary>The browser's or tool's family, such as <c>Firefox</c> or <c>curl</c>.</summary>
    public required string Agent { get; init; }

    /// <summary>Since when, UTC.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Their last request, UTC.</summary>
    public required DateTimeOffset LastSeenAt { get; init; }

    /// <summary>Requests and sockets open at this moment.</summary>
    public required int Open { get; init; }

    /// <summary>WebSockets among them.</summary>
    public required int WebSockets { get; init; }

    /// <summary>Event streams among them.</summary>
    public required int EventStreams { get; init; }

    /// <summary>Bytes from them to the app.</summary>
    public required long BytesUp { get; init; }

    /// <summary>Bytes from the app to them.</summary>
    public required long BytesDown { get; init; }
}

/// <summary>The answer of <c>GET …/ports/{port}/connections</c>.</summary>
public sealed record ConnectionList
{
    /// <summary>The longest there first.</summary>
    public required IReadOnlyList<ConnectionInfo> Connections { get; init; }
}

/// <summary>The answer of <c>DELETE …/ports/{port}/connections</c>.</summary>
public sealed record DisconnectedInfo
{
    /// <summary>How many people were sent away.</summary>
    public required int Disconnected { get; init; }
}
