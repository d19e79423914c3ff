namespace PortPortal.Sdk;

/// <summary>The answer of <c>GET /v1/sessions/{id}/ports/{port}/health</c>.</summary>
public sealed record HealthInfo
{
    /// <summary>True where the app was asked just now, and answered.</summary>
    public required bool Healthy { get; init; }

    /// <summary>The app's HTTP status; null where it did not answer.</summary>
    public int? Status { get; init; }

    /// <summary>Why it is not healthy, in words; null where it is.</summary>
    public string? Reason { get; init; }

    /// <summary>Every step on the way to the app, in order.</summary>
    public required IReadOnlyList<HealthStepInfo> Steps { get; init; }
}

/// <summary>One step on the way from the session to the app.</summary>
public sealed record HealthStepInfo
{
    /// <summary><c>sessionRunning</c>, <c>nodeConnected</c>, <c>tunnelUp</c>, <c>ruleApplied</c>, <c>portListening</c> or <c>appAnswers</c>.</summary>
    public required string Step { get; init; }

    /// <summary>Null while nobody knows.</summary>
    public bool? Passed { get; init; }

    /// <summary>When it became so, UTC.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Why, in words.</summary>
    public required string Reason { get; init; }
}
