namespace PortPortal.Engine.Exposures;

/// <summary>What a caller asks for, as it was written: <see cref="ExposeRules"/> reads and judges it.</summary>
public sealed record ExposeRequest
{
    public required int Port { get; init; }

    /// <summary><c>http</c> or <c>https</c>; http where it is left out.</summary>
    public string? Protocol { get; init; }

    public string? Label { get; init; }

    public string? Name { get; init; }

    /// <summary><c>sso</c>, <c>email</c>, <c>pin</c> or <c>public</c>; sso where it is left out.</summary>
    public string? Access { get; init; }

    public IReadOnlyList<string>? AllowedEmails { get; init; }

    /// <summary>Rules for people who sign in; empty = everyone.</summary>
    public IReadOnlyList<string>? AllowedPeople { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Closes the port when nobody has come for so long.</summary>
    public TimeSpan? CloseAfterIdle { get; init; }
}

/// <summary>What to change; null leaves a thing as it is.</summary>
public sealed record ExposureChange
{
    public string? Label { get; init; }

    public string? Access { get; init; }

    public IReadOnlyList<string>? AllowedEmails { get; init; }

    public IReadOnlyList<string>? AllowedPeople { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>It has no end any more.</summary>
    public bool NoEnd { get; init; }

    public TimeSpan? CloseAfterIdle { get; init; }

    /// <summary>It stays open however long nobody comes.</summary>
    public bool NeverIdle { get; init; }
}

/// <param name="Exposure">As it stands now.</param>
/// <param name="Created">False where the port was exposed already: asking twice is the same as asking once.</param>
public sealed record ExposeResult(ExposureStatus Exposure, bool Created);
