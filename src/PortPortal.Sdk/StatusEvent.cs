namespace PortPortal.Sdk;

/// <summary>One message of the status feed: what is new or different, and what is gone.</summary>
/// <remarks>The first message after a connect is the whole picture, with <see cref="Reset"/> true.</remarks>
public sealed record StatusEvent
{
    /// <summary>True: forget what you knew.</summary>
    public required bool Reset { get; init; }

    /// <summary>Sessions that are new or different.</summary>
    public IReadOnlyList<SessionInfo> Sessions { get; init; } = [];

    /// <summary>Exposures that are new or different.</summary>
    public IReadOnlyList<ExposedPortInfo> Ports { get; init; } = [];

    /// <summary>Ports that were closed.</summary>
    public IReadOnlyList<ClosedPortInfo> Closed { get; init; } = [];

    /// <summary>Port forwards that are new or different; their counters move every two seconds while somebody looks.</summary>
    public IReadOnlyList<PortForwardInfo> Forwards { get; init; } = [];

    /// <summary>Port forwards that are gone.</summary>
    public IReadOnlyList<ClosedForwardInfo> ClosedForwards { get; init; } = [];

    /// <summary>Nodes that are new or different; for admins.</summary>
    public IReadOnlyList<NodeInfo> Nodes { get; init; } = [];

    /// <summary>Machines that joined, or may, and that are new or different; for admins.</summary>
    public IReadOnlyList<RemoteNodeInfo> RemoteNodes { get; init; } = [];
}

/// <summary>A port that is open no more.</summary>
/// <param name="SessionId">The session's id.</param>
/// <param name="Port">1–65535.</param>
public sealed record ClosedPortInfo(string SessionId, int Port);

/// <summary>A port forward that is no more.</summary>
/// <param name="SessionId">The session's id.</param>
/// <param name="Id">The forward's id.</param>
public sealed record ClosedForwardInfo(string SessionId, string Id);
