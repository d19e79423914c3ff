using PortPortal.Engine.Common;

namespace PortPortal.Engine.Audit;

/// <summary>Which entries are asked for; everything given must hold.</summary>
public sealed record AuditFilter
{
    public ValueList<AuditKind> Kinds { get; init; } = [];

    /// <summary>One action, whole: <c>visit.refused</c>.</summary>
    public string? Action { get; init; }

    public AuditResult? Result { get; init; }

    /// <summary>A part of the actor's name, or their whole id.</summary>
    public string? Person { get; init; }

    /// <summary>A session's whole id or name.</summary>
    public string? Session { get; init; }

    public int? Port { get; init; }

    /// <summary>How the client's address begins.</summary>
    public string? Ip { get; init; }

    /// <summary>A part of the sentence.</summary>
    public string? Text { get; init; }

    /// <summary>Counted back from the moment of asking; <see cref="After"/> and <see cref="Before"/> say more.</summary>
    public TimeSpan? Last { get; init; }

    public DateTimeOffset? After { get; init; }

    public DateTimeOffset? Before { get; init; }

    /// <summary>Where the time asked for begins; null where all that is kept is asked for.</summary>
    public DateTimeOffset? Start(DateTimeOffset now) => After ?? (Last is { } span ? now - span : null);

    /// <summary>The same filter for the database and for entries in memory.</summary>
    internal IQueryable<AuditEntry> Apply(IQueryable<AuditEntry> entries, DateTimeOffset now)
    {
        entries = entries.OfKinds(Kinds);
        if (Action is { } action)
        {
            entries = entries.Where(entry => entry.Action == action);
        }

        if (Result is { } result)
        {
            entries = entries.Where(entry => entry.Result == result);
        }

        if (Session is { } session)
        {
            entries = entries.Where(entry => entry.SessionId == session || entry.SessionName == session);
        }

        if (Port is { } port)
        {
            entries = entries.Where(entry => entry.Port == port);
        }

        if (Start(now) is { } start)
        {
            entries = entries.Where(entry => entry.At >= start);
        }

        if (Before is { } end)
        {
            entries = entries.Where(entry => entry.At < end);
        }

        return ApplyTexts(entries);
    }

#pragma warning disable CA1304, CA1307, CA1862, CA1310, CA1311, MA0001, MA0011, MA0074 // translated to SQL, which knows no culture
    private IQueryable<AuditEntry> ApplyTexts(IQueryable<AuditEntry> entries)
    {
        if (Person?.ToLowerInvariant() is { } person)
        {
            entries = entries.Where(entry => entry.ActorId == person || entry.ActorName.ToLower().Contains(person));
        }

        if (Ip?.ToLowerInvariant() is { } ip)
        {
            entries = entries.Where(entry => entry.From != null && entry.From.StartsWith(ip));
        }

        if (Text?.ToLowerInvariant() is { } text)
        {
            entries = entries.Where(entry => entry.Reason.ToLower().Contains(text));
        }

        return entries;
    }
#pragma warning restore CA1304, CA1307, CA1862, CA1310, CA1311, MA0001, MA0011, MA0074
}
