using PortPortal.Engine.Common;

namespace PortPortal.Engine.Edge.Gates;

/// <summary>A gate's page that is closed for everyone, because too many guessed.</summary>
public sealed record GateLock
{
    public required string ExposureId { get; init; }

    /// <summary>The <c>GrantsSince</c> of the policy it is about: a new PIN ends it.</summary>
    public required int Generation { get; init; }

    public required DateTimeOffset Until { get; init; }
}

/// <summary>Gates' pages that are closed now, for their owners' screens.</summary>
public sealed class GateLockFeed(TimeProvider time) : LiveFeed<GateLock>(held => held.ExposureId, time);
