using PortPortal.Engine.Common;

namespace PortPortal.Engine.Edge.Traffic;

/// <summary>Someone who is using an exposure now, as its owner sees them: a person, however many sockets.</summary>
public sealed record VisitorStatus
{
    public required string Id { get; init; }

    public required string ExposureId { get; init; }

    public required string SessionId { get; init; }

    public required int Port { get; init; }

    /// <summary>The account, where they signed in.</summary>
    public string? UserId { get; init; }

    /// <summary>A name or an address; null for people whom nobody identified.</summary>
    public string? Who { get; init; }

    /// <summary>The address they have proved; null where they proved none.</summary>
    public string? Email { get; init; }

    /// <summary>True for the line that stands for many strangers.</summary>
    public bool IsCrowd { get; init; }

    /// <summary>How they came in, in a word or two: SSO, E-mail, PIN, Link only, Preview link, Public.</summary>
    public required string CameBy { get; init; }

    /// <summary>The share link or preview link they came by.</summary>
    public string? LinkId { get; init; }

    public required string From { get; init; }

    /// <summary>The browser's or tool's family: Firefox, curl.</summary>
    public required string Agent { get; init; }

    public required DateTimeOffset Since { get; init; }

    public required DateTimeOffset LastSeenAt { get; init; }

    /// <summary>Requests and sockets that are open at this moment.</summary>
    public required int Open { get; init; }

    public required int WebSockets { get; init; }

    public required int EventStreams { get; init; }

    public required long BytesUp { get; init; }

    public required long BytesDown { get; init; }
}

/// <summary>Everyone who is using an exposure now: with something open, or seen within the last minute.</summary>
public sealed class VisitorFeed(TimeProvider time) : LiveFeed<VisitorStatus>(visitor => visitor.Id, time)
{
    public IEnumerable<VisitorStatus> Of(string exposureId) => Items.Values.Where(visitor => visitor.ExposureId == exposureId);
}
