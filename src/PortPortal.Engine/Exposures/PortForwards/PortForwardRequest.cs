namespace PortPortal.Engine.Exposures.PortForwards;

/// <summary>What a caller asks for, as it was written: <see cref="PortForwardRules"/> reads and judges it.</summary>
public sealed record PortForwardRequest
{
    public required int GuestPort { get; init; }

    /// <summary>How the caller spells that member, for the words of a refusal.</summary>
    public string GuestPortField { get; init; } = "guestPort";

    /// <summary><c>tcp</c>, also where it is left out.</summary>
    public string? Protocol { get; init; }

    public string? Label { get; init; }

    /// <summary>Networks such as <c>203.0.113.0/24</c>, or single addresses; none = everyone.</summary>
    public IReadOnlyList<string>? Sources { get; init; }

    public bool Knock { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }
}
