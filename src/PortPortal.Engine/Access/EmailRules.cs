using System.Collections.Immutable;
using PortPortal.Engine.Common;

namespace PortPortal.Engine.Access;

/// <summary>The e-mail rules of one policy, read once: equal texts, equal rules.</summary>
public sealed class EmailRules : IEquatable<EmailRules>
{
    public static readonly EmailRules None = new([]);

    private readonly ValueList<string> _texts;
    private readonly ImmutableArray<EmailRule> _rules;
    private readonly bool _broken;

    private EmailRules(ValueList<string> texts)
    {
        _texts = texts;
        var rules = ImmutableArray.CreateBuilder<EmailRule>();
        foreach (var text in texts)
        {
            if (EmailRule.TryParse(text, out var rule))
            {
                rules.Add(rule);
            }
            else
            {
                _broken = true;
            }
        }

        _rules = rules.ToImmutable();
    }

    /// <summary>The lists that are named here, each once.</summary>
    public IEnumerable<string> Lists => _rules.Where(rule => rule.Kind == EmailRuleKind.List).Select(rule => rule.Value).Distinct(StringComparer.Ordinal);

    public static EmailRules Parse(ValueList<string> texts) => texts.Count == 0 ? None : new(texts);

    /// <summary>True where a rule lets this address in and none keeps it out; an empty list admits nobody.</summary>
    public bool Admits(string? email, DateTimeOffset now) => Judge(email, now) == EmailVerdict.LetsIn;

    /// <remarks>A rule that cannot be read might have been one that keeps people out: then nobody comes in. So does what is no address.</remarks>
    public EmailVerdict Judge(string? email, DateTimeOffset now)
    {
        if (_broken || !EmailAddress.TryParse(email, out var address))
        {
            return EmailVerdict.KeepsOut;
        }

        var verdict = EmailVerdict.Silent;
        foreach (var rule in _rules)
        {
            if (rule.HasEnded(now) || !rule.Covers(address))
            {
                continue;
            }

            if (rule.Excludes)
            {
                return EmailVerdict.KeepsOut;
            }

            verdict = EmailVerdict.LetsIn;
        }

        return verdict;
    }

    /// <summary>The same rules with every list that is named replaced by what it holds; a name that nobody knows covers nobody.</summary>
    /// <param name="rulesOf">The rules of a list; null where there is none.</param>
    public EmailRules WithLists(Func<string, ValueList<string>?> rulesOf)
    {
        if (!Lists.Any())
        {
            return this;
        }

        return Parse([.. _texts.SelectMany(text => EmailRule.TryParse(text, out var rule) && rule.Kind == EmailRuleKind.List && rulesOf(rule.Value) is { } held
            ? held.Select(inner => Lent(inner, rule.Until))
            : [text])]);
    }

    public bool Equals(EmailRules? other) => other is not null && _texts.Equals(other._texts);

    public override bool Equals(object? obj) => Equals(obj as EmailRules);

    public override int GetHashCode() => _texts.GetHashCode();

    private static string Lent(string text, DateTimeOffset? until) => EmailRule.TryParse(text, out var rule) ? rule.LentUntil(until).ToString() : text;
}

/// <summary>What a set of rules says of one address.</summary>
public enum EmailVerdict
{
    Silent,
    LetsIn,
    KeepsOut,
}
