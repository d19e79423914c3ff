namespace PortPortal.Engine.Audit;

/// <summary>How much of the audit someone may read: all of it, what happened in any session, or what they did and what happened in sessions of theirs.</summary>
internal sealed record AuditScope
{
    public static readonly AuditScope Everything = new();

    private AuditScope()
    {
    }

    /// <summary>Null: everybody's acts.</summary>
    private string? ActorId { get; init; }

    /// <summary>Null: every session.</summary>
    private IReadOnlyCollection<string>? SessionIds { get; init; }

    public static AuditScope Sessions(string actorId, IReadOnlyCollection<string>? sessionIds) => new() { ActorId = actorId, SessionIds = sessionIds };

    public IQueryable<AuditEntry> Apply(IQueryable<AuditEntry> entries) => (ActorId, SessionIds) switch
    {
        (null, _) => entries,
        (var actor, null) => entries.Where(entry => entry.ActorId == actor || entry.SessionId != null),
        var (actor, sessions) => entries.Where(entry => entry.ActorId == actor || (entry.SessionId != null && sessions.Contains(entry.SessionId))),
    };
}
