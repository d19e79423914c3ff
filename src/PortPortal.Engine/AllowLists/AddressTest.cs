using PortPortal.Engine.Common;

namespace PortPortal.Engine.AllowLists;

/// <summary>Who gets in? One address against rules, with every rule that speaks of it.</summary>
public sealed record AddressTest
{
    /// <summary>The address in its one spelling; as it was written where it is none.</summary>
    public required string Address { get; init; }

    public required bool Admitted { get; init; }

    /// <summary>One sentence that names the deciding rule.</summary>
    public required string Reason { get; init; }

    public required ValueList<RuleMatch> Matches { get; init; }

    /// <summary>Judges <paramref name="address"/> by rules as they are written, lists included.</summary>
    public static AddressTest Of(string? address, IEnumerable<string> rules, AllowListFeed lists, DateTimeOffset now)
    {
        if (!EmailAddress.TryParse(address, out var email))
        {
            return new() { Address = address ?? "", Admitted = false, Reason = "This is no e-mail address that anyone could prove.", Matches = [] };
        }

        var matches = Expand(rules, lists)
            .Where(found => found.Rule.Covers(email))
            .Select(found => new RuleMatch(found.Rule.Pattern, found.List, found.Rule.Excludes, found.Rule.Until, found.Rule.HasEnded(now)))
            .ToValueList();
        var letsIn = matches.FirstOrDefault(match => match is { KeepsOut: false, Ended: false });
        var keepsOut = matches.FirstOrDefault(match => match is { KeepsOut: true, Ended: false });
        var ended = matches.FirstOrDefault(match => match is { KeepsOut: false, Ended: true });
        return new()
        {
            Address = email.ToString(),
            Admitted = letsIn is not null && keepsOut is null,
            Matches = matches,
            Reason = (letsIn, keepsOut, ended) switch
            {
                (not null, not null, _) => $"Kept out by {keepsOut.Words}, although {letsIn.Words} would let them in.",
                (null, not null, _) => $"Kept out by {keepsOut.Words}.",
                (not null, null, _) => $"Allowed by {letsIn.Words}{(letsIn.Until is { } end ? $" until {end.UtcDateTime:yyyy-MM-dd HH:mm} UTC" : "")}.",
                (null, null, not null) => $"Not any more: {ended.Words} ended {ended.Until!.Value.UtcDateTime:yyyy-MM-dd HH:mm} UTC.",
                _ => "No rule covers this address.",
            },
        };
    }

    private static IEnumerable<(EmailRule Rule, string? List)> Expand(IEnumerable<string> rules, AllowListFeed lists)
    {
        foreach (var text in rules)
        {
            if (!EmailRule.TryParse(text, out var rule))
            {
                continue;
            }

            if (rule.Kind != EmailRuleKind.List)
            {
                yield return (rule, null);
                continue;
            }

            foreach (var entry in lists.Find(rule.Value)?.Entries ?? [])
            {
                if (EmailRule.TryParse(entry.Text, out var held))
                {
                    yield return (held.LentUntil(rule.Until), rule.Value);
                }
            }
        }
    }
}

/// <summary>One rule that speaks of an address.</summary>
/// <param name="List">The list it stands in; null for a port's own.</param>
/// <param name="Ended">It says nothing any more.</param>
public sealed record RuleMatch(string Rule, string? List, bool KeepsOut, DateTimeOffset? Until, bool Ended)
{
    internal string Words => List is null ? Rule : $"{Rule} of the list {List}";
}
