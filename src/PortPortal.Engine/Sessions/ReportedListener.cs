namespace PortPortal.Engine.Sessions;

/// <summary>One listening port as an agent inside a session reports it.</summary>
public sealed record ReportedListener
{
    public required int Port { get; init; }

    /// <summary>Where it listens inside, an IP literal; every address where it is left out.</summary>
    public string? Address { get; init; }

    public string? Process { get; init; }

    public int? ProcessId { get; init; }
}
