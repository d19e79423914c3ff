namespace PortPortal.Sdk;

/// <summary>A port forward to make.</summary>
public sealed record NewPortForward
{
    /// <summary>The port in the session.</summary>
    public required int GuestPort { get; init; }

    /// <summary><c>tcp</c>, the only one there is.</summary>
    public string? Protocol { get; init; }

    /// <summary>What people call it.</summary>
    public string? Label { get; init; }

    /// <summary>Networks that may connect, such as <c>198.51.100.0/24</c>; null = everyone.</summary>
    public IReadOnlyList<string>? Sources { get; init; }

    /// <summary>True: only addresses that passed the gate of one of the session's web ports within the last hour may connect.</summary>
    public bool? Knock { get; init; }

    /// <summary>When it closes by itself; null = never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}

/// <summary>What to change about a port forward; what is null stays.</summary>
/// <remarks>Other sources or another knock cut the connections through it, and whoever knocked has to knock anew.</remarks>
public sealed record ForwardChange
{
    /// <summary>What people call it.</summary>
    public string? Label { get; init; }

    /// <summary>Networks that may connect, such as <c>198.51.100.0/24</c>; an empty list = everyone.</summary>
    public IReadOnlyList<string>? Sources { get; init; }

    /// <summary>True: only addresses that passed the gate of one of the session's web ports within the last hour may connect.</summary>
    public bool? Knock { get; init; }

    /// <summary>When it closes by itself.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}
