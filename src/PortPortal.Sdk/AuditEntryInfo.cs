namespace PortPortal.Sdk;

/// <summary>Who did what to what, from where, with what result, and why.</summary>
public sealed record AuditEntryInfo
{
    /// <summary>Later entries have higher ids.</summary>
    public required long Id { get; init; }

    /// <summary>When, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The account's id; <c>system</c> for PortPortal's own acts, <c>visitor</c> for strangers.</summary>
    public required string ActorId { get; init; }

    /// <summary>The actor's name at that moment.</summary>
    public required string Actor { get; init; }

    /// <summary>The client's address, where there is one.</summary>
    public string? Ip { get; init; }

    /// <summary>Noun and verb: <c>port.exposed</c>, <c>visit.refused</c>.</summary>
    public required string Action { get; init; }

    /// <summary>The session it is about.</summary>
    public string? SessionId { get; init; }

    /// <summary>That session's name at that moment.</summary>
    public string? Session { get; init; }

    /// <summary>The port it is about.</summary>
    public int? Port { get; init; }

    /// <summary><c>done</c>, <c>refused</c> or <c>failed</c>.</summary>
    public required string Result { get; init; }

    /// <summary>One sentence: what happened and why.</summary>
    public required string Reason { get; init; }
}
