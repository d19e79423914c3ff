using PortPortal.Engine.Common;

namespace PortPortal.Engine.AllowLists;

/// <summary>A list as it is now.</summary>
public sealed record AllowListStatus
{
    public required string Name { get; init; }

    public string? Note { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>In the order in which they were written.</summary>
    public required ValueList<AllowedEntry> Entries { get; init; }

    /// <summary>The rules as <see cref="EmailRule"/> reads them, ends included.</summary>
    public ValueList<string> Rules => [.. Entries.Select(entry => entry.Text)];

    internal static AllowListStatus Of(AllowList list) => new()
    {
        Name = list.Name,
        Note = list.Note,
        CreatedAt = list.CreatedAt,
        Entries = list.Entries.OrderBy(entry => entry.Id).Select(entry => new AllowedEntry
        {
            Rule = entry.Rule,
            Until = entry.Until,
            Note = entry.Note,
            AddedBy = entry.AddedBy,
            AddedAt = entry.AddedAt,
        }).ToValueList(),
    };
}

/// <summary>One rule of a list, with what people want to know of it.</summary>
public sealed record AllowedEntry
{
    public required string Rule { get; init; }

    public DateTimeOffset? Until { get; init; }

    public string? Note { get; init; }

    /// <summary>Whoever added it, as the audit names them.</summary>
    public required string AddedBy { get; init; }

    public required DateTimeOffset AddedAt { get; init; }

    internal string Text => EmailRule.TryParse(Rule, out var rule) ? (rule with { Until = Until }).ToString() : Rule;
}

/// <summary>Every list, live.</summary>
public sealed class AllowListFeed(TimeProvider time) : LiveFeed<AllowListStatus>(list => list.Name, time)
{
    /// <summary>The rules of a list; null where there is none.</summary>
    public ValueList<string>? RulesOf(string name) => Find(name)?.Rules;
}
