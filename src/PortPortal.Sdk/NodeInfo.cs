namespace PortPortal.Sdk;

/// <summary>A machine that runs sessions and forwards to them.</summary>
public sealed record NodeInfo
{
    /// <summary><c>local</c> for the machine PortPortal itself runs on.</summary>
    public required string Id { get; init; }

    /// <summary><c>connected</c>, <c>unreachable</c> or <c>draining</c>.</summary>
    public required string State { get; init; }

    /// <summary>The name under which the world reaches its public ports.</summary>
    public required string Hostname { get; init; }

    /// <summary>What forwards on it: <c>nftables</c> or <c>userspace relay</c>.</summary>
    public required string Forwarder { get; init; }

    /// <summary>Why that one is in force.</summary>
    public required string Reason { get; init; }

    /// <summary>Of a machine that has joined, or may: its stream and its tunnel; null for the portal's own.</summary>
    public RemoteNodeInfo? Remote { get; init; }

    /// <summary>How many forwards there should be.</summary>
    public required int Wanted { get; init; }

    /// <summary>How many of them are in force.</summary>
    public required int Found { get; init; }

    /// <summary>How what is found differs from what is wanted, and could not be mended so far.</summary>
    public required IReadOnlyList<ForwardDifferenceInfo> Differences { get; init; }

    /// <summary>Why the forwarder did nothing the last time; null where it did what was wanted.</summary>
    public string? Fault { get; init; }

    /// <summary>When wanted and found were compared last, UTC.</summary>
    public DateTimeOffset? ComparedAt { get; init; }

    /// <summary>Differences that were found and mended since PortPortal started.</summary>
    public required long Mended { get; init; }

    /// <summary>When something was mended last, UTC.</summary>
    public DateTimeOffset? MendedAt { get; init; }

    /// <summary>What was mended last.</summary>
    public required IReadOnlyList<ForwardDifferenceInfo> LastMended { get; init; }
}

/// <summary>One difference between the forwards that are wanted and those found.</summary>
/// <param name="Kind"><c>missing</c>, <c>leftOver</c> or <c>changed</c>.</param>
/// <param name="HostPort">The public port, where it can be told.</param>
/// <param name="Wanted">As the node would list it; null for what should not be there.</param>
/// <param name="Found">Null for what is missing.</param>
public sealed record ForwardDifferenceInfo(string Kind, int? HostPort, string? Wanted, string? Found);
