namespace PortPortal.Sdk;

/// <summary>One exposed port as the API answers it.</summary>
public sealed record ExposedPortInfo
{
    /// <summary>The port in the session, 1–65535.</summary>
    public required int Port { get; init; }

    /// <summary>Where visitors open it.</summary>
    public required Uri Url { get; init; }

    /// <summary>Where it is reached through Pangolin, too; null where it is not.</summary>
    public Uri? PangolinUrl { get; init; }

    /// <summary>Why it is not reached through Pangolin although that is wanted.</summary>
    public string? PangolinProblem { get; init; }

    /// <summary>The session's id.</summary>
    public required string SessionId { get; init; }

    /// <summary>What people call it.</summary>
    public string? Label { get; init; }

    /// <summary>The endpoint's name: <c>web</c> in <c>https://web.my-app.localhost</c>.</summary>
    public string? Name { get; init; }

    /// <summary><c>sso</c>, <c>email</c>, <c>pin</c> or <c>public</c>.</summary>
    public required string Access { get; init; }

    /// <summary>The e-mail rules, in mode <c>email</c>.</summary>
    public IReadOnlyList<string>? AllowedEmails { get; init; }

    /// <summary>Whom of those who sign in, in mode <c>sso</c>; null = everyone.</summary>
    public IReadOnlyList<string>? AllowedPeople { get; init; }

    /// <summary>Six digits, in mode <c>pin</c>, for owners.</summary>
    public string? Pin { get; init; }

    /// <summary>The link that was born with the exposure.</summary>
    public Uri? ShareLink { get; init; }

    /// <summary><c>pending</c>, <c>active</c>, <c>failed</c>, <c>paused</c>, <c>closing</c> or <c>closed</c>.</summary>
    public required string State { get; init; }

    /// <summary>Why it failed or waits, in words.</summary>
    public string? Problem { get; init; }

    /// <summary>True while something listens on the port; null while nobody has looked.</summary>
    public bool? Listening { get; init; }

    /// <summary>What its owner has to know, such as that an admin narrowed it.</summary>
    public string? Notice { get; init; }

    /// <summary>When it closes by itself, UTC; null = no end.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>It closes by itself when nobody has come for so long; null = it does not.</summary>
    public int? CloseAfterIdleSeconds { get; init; }

    /// <summary>When that will be unless somebody comes, UTC; null while someone is there.</summary>
    public DateTimeOffset? IdleEndsAt { get; init; }

    /// <summary>How far a visitor's request gets, step by step, from the session up to the app; null until someone has looked.</summary>
    public IReadOnlyList<HealthStepInfo>? Health { get; init; }
}
