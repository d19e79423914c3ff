namespace PortPortal.Engine.Exposures.PortForwards;

/// <summary>What to change about a forward; what is null stays.</summary>
public sealed record PortForwardChange
{
    public string? Label { get; init; }

    /// <summary>It shall have no label any more.</summary>
    public bool NoLabel { get; init; }

    /// <summary>Networks that may connect; an empty list = everyone.</summary>
    public IReadOnlyList<string>? Sources { get; init; }

    public bool? Knock { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>It shall have no end any more.</summary>
    public bool NoEnd { get; init; }

    /// <summary>Writes it into the row of the forward it is about.</summary>
    internal void ApplyTo(PortForward forward)
    {
        forward.Label = NoLabel ? null : Label ?? forward.Label;
        forward.Sources = Sources is null ? forward.Sources : [.. Sources];
        forward.Knock = Knock ?? forward.Knock;
        forward.ExpiresAt = NoEnd ? null : ExpiresAt ?? forward.ExpiresAt;
    }
}
