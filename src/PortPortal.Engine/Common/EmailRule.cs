using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace PortPortal.Engine.Common;

/// <summary>One line of an allow-list: an address, <c>*@domain</c>, <c>*@*.domain</c>, any of these after <c>!</c>, or the name of a list; each may end with <c>until</c> and a moment.</summary>
public sealed record EmailRule
{
    /// <summary>One sentence for refusals, to follow the rule.</summary>
    public const string Grammar = "is not a rule: write an address, *@domain, *@*.domain, ! before one of these, or the name of a list; “until 2030-01-31T12:00:00Z” may follow";

    private const string UntilWord = " until ";
    private const string MomentFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    public required EmailRuleKind Kind { get; init; }

    /// <summary>True for a rule with <c>!</c>: it keeps out, and always wins.</summary>
    public required bool Excludes { get; init; }

    /// <summary>The address, the domain or the list's name, normalised.</summary>
    public required string Value { get; init; }

    /// <summary>From this moment on the rule says nothing; null = for good.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>The rule in its one spelling, without its end.</summary>
    public string Pattern => (Excludes ? "!" : "") + Kind switch
    {
        EmailRuleKind.Domain => $"*@{Value}",
        EmailRuleKind.Subdomains => $"*@*.{Value}",
        _ => Value,
    };

    public override string ToString() =>
        Until is { } end ? string.Create(CultureInfo.InvariantCulture, $"{Pattern}{UntilWord}{end.UtcDateTime.ToString(MomentFormat, CultureInfo.InvariantCulture)}") : Pattern;

    public static bool TryParse(string? text, [NotNullWhen(true)] out EmailRule? rule)
    {
        rule = null;
        var body = text.AsSpan().Trim(" \t");
        DateTimeOffset? until = null;
        if (body.LastIndexOf(UntilWord, StringComparison.Ordinal) is >= 0 and var at)
        {
            if (!DateTimeOffset.TryParse(body[(at + UntilWord.Length)..], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var end))
            {
                return false;
            }

            until = end;
            body = body[..at].TrimEnd(" \t");
        }

        var excludes = body is ['!', ..];
        body = excludes ? body[1..].TrimStart(" \t") : body;
        rule = body switch
        {
            ['*', '@', '*', '.', ..] => OfDomain(EmailRuleKind.Subdomains, excludes, body[4..]),
            ['*', '@', ..] => OfDomain(EmailRuleKind.Domain, excludes, body[2..]),
            _ when body.Contains('*') => null,
            _ when body.Contains('@') => EmailAddress.TryParse(body.ToString(), out var address) ? New(EmailRuleKind.Address, excludes, address.ToString()) : null,
            _ => !excludes && DnsLabel.IsWellFormed(body) ? New(EmailRuleKind.List, excludes: false, body.ToString()) : null,
        };
        rule = until is null || rule is null ? rule : rule with { Until = until };
        return rule is not null;
    }

    /// <summary>True where the rule speaks of this address, for or against.</summary>
    public bool Covers(EmailAddress address) => Kind switch
    {
        EmailRuleKind.Address => string.Equals(address.ToString(), Value, StringComparison.Ordinal),
        EmailRuleKind.Domain => string.Equals(address.Domain, Value, StringComparison.Ordinal),
        EmailRuleKind.Subdomains => address.Domain.Length > Value.Length + 1
            && address.Domain[^(Value.Length + 1)] == '.'
            && address.Domain.EndsWith(Value, StringComparison.Ordinal),
        _ => false,
    };

    public bool HasEnded(DateTimeOffset now) => Until <= now;

    /// <summary>The rule as something lends it until a moment; one that keeps people out is never cut short.</summary>
    public EmailRule LentUntil(DateTimeOffset? end) => end is null || Excludes || Until <= end ? this : this with { Until = end };

    private static EmailRule? OfDomain(EmailRuleKind kind, bool excludes, ReadOnlySpan<char> domain) =>
        EmailDomain.TryNormalize(domain, out var normal) ? New(kind, excludes, normal) : null;

    private static EmailRule New(EmailRuleKind kind, bool excludes, string value) => new() { Kind = kind, Excludes = excludes, Value = value };
}

public enum EmailRuleKind
{
    Address,
    Domain,
    Subdomains,
    List,
}
