using System.Diagnostics.CodeAnalysis;

namespace PortPortal.Engine.Common;

/// <summary>One line of an allow-list: an address, <c>*@domain</c>, <c>*@*.domain</c>, any of these after <c>!</c>, or the name of a list.</summary>
public sealed record EmailRule
{
    /// <summary>One sentence for refusals, to follow the rule.</summary>
    public const string Grammar = "is not a rule: write an address, *@domain, *@*.domain, ! before one of these, or the name of a list";

    public required EmailRuleKind Kind { get; init; }

    /// <summary>True for a rule with <c>!</c>: it keeps out, and always wins.</summary>
    public required bool Excludes { get; init; }

    /// <summary>The address, the domain or the list's name, normalised.</summary>
    public required string Value { get; init; }

    public static bool TryParse(string? text, [NotNullWhen(true)] out EmailRule? rule)
    {
        var body = text.AsSpan().Trim(" \t");
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
