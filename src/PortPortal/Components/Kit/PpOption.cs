namespace PortPortal.Components.Kit;

/// <summary>One choice of a <c>PpSelect</c> or <c>PpSegmented</c>.</summary>
public sealed record PpOption<TValue>(TValue Value, string Text)
{
    public string? Icon { get; init; }

    /// <summary>How many there are, shown behind the text.</summary>
    public int? Count { get; init; }

    public bool Disabled { get; init; }

    /// <summary>Why it cannot be chosen, or what it means.</summary>
    public string? Title { get; init; }
}
