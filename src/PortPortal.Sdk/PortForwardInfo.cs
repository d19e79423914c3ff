namespace PortPortal.Sdk;

/// <summary>One raw TCP forward as the API answers it.</summary>
public sealed record PortForwardInfo
{
    /// <summary>12 lower-case base32 characters.</summary>
    public required string Id { get; init; }

    /// <summary>The session's id.</summary>
    public required string SessionId { get; init; }

    /// <summary>The port in the session, 1–65535.</summary>
    public required int GuestPort { get; init; }

    /// <summary>The name under which the world reaches the node.</summary>
    public required string Hostname { get; init; }

    /// <summary>The node's public port, 20000–32767.</summary>
    public required int HostPort { get; init; }

    /// <summary>Always <c>tcp</c>.</summary>
    public required string Protocol { get; init; }

    /// <summary>What people call it.</summary>
    public string? Label { get; init; }

    /// <summary>Networks that may connect; empty = everyone.</summary>
    public required IReadOnlyList<string> Sources { get; init; }

    /// <summary>True: only addresses that passed the gate of one of the session's web ports within the last hour may connect.</summary>
    public required bool Knock { get; init; }

    /// <summary><c>pending</c>, <c>active</c>, <c>failed</c>, <c>paused</c>, <c>closing</c> or <c>closed</c>.</summary>
    public required string State { get; init; }

    /// <summary>Why it failed, or why it is carried by another path than expected.</summary>
    public string? Reason { get; init; }

    /// <summary><c>kernel</c> or <c>relay</c>; null while it is not in force.</summary>
    public string? Path { get; init; }

    /// <summary>From visitors to the session, since it was opened or since PortPortal started.</summary>
    public required long BytesIn { get; init; }

    /// <summary>From the session to visitors.</summary>
    public required long BytesOut { get; init; }

    /// <summary>Connections opened, not those open now.</summary>
    public required long Connections { get; init; }

    /// <summary>When it was opened, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it closes by itself, UTC; null = no end.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}
