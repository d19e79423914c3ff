namespace PortPortal.Sdk;

/// <summary>A named list of e-mail rules that ports share.</summary>
public sealed record AllowListInfo
{
    /// <summary>A DNS label; ports name it in <c>allowedEmails</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What it is for.</summary>
    public string? Note { get; init; }

    /// <summary>When it was made, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Its rules, in the order in which they were written.</summary>
    public required IReadOnlyList<AllowedEntryInfo> Entries { get; init; }

    /// <summary>How many open ports name it.</summary>
    public required int Ports { get; init; }
}

/// <summary>One rule of a list.</summary>
public sealed record AllowedEntryInfo
{
    /// <summary>An address, <c>*@domain</c>, <c>*@*.domain</c>, or one of these after <c>!</c>.</summary>
    public required string Rule { get; init; }

    /// <summary>When it ends, UTC; null = for good.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Why it is there.</summary>
    public string? Note { get; init; }

    /// <summary>Who added it.</summary>
    public required string AddedBy { get; init; }

    /// <summary>When it was added, UTC.</summary>
    public required DateTimeOffset AddedAt { get; init; }
}

/// <summary>One change of a list.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="By">Who.</param>
/// <param name="What">In a sentence.</param>
public sealed record AllowListChangeInfo(DateTimeOffset At, string By, string What);

/// <summary>Whether one address gets in, and why.</summary>
public sealed record AddressTestInfo
{
    /// <summary>The address in its one spelling.</summary>
    public required string Address { get; init; }

    /// <summary>True where it gets in.</summary>
    public required bool Admitted { get; init; }

    /// <summary>One sentence that names the deciding rule.</summary>
    public required string Reason { get; init; }

    /// <summary>Every rule that speaks of the address.</summary>
    public required IReadOnlyList<RuleMatchInfo> Matches { get; init; }
}

/// <summary>One rule that speaks of an address.</summary>
/// <param name="Rule">As it is written.</param>
/// <param name="List">The list it stands in; null for a port's own.</param>
/// <param name="KeepsOut">A rule with <c>!</c>, which always wins.</param>
/// <param name="Until">When it ends, UTC.</param>
/// <param name="Ended">It says nothing any more.</param>
public sealed record RuleMatchInfo(string Rule, string? List, bool KeepsOut, DateTimeOffset? Until, bool Ended);
