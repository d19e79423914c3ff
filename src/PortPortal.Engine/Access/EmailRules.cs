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

    public static EmailRules Parse(ValueList<string> texts) => texts.Count == 0 ? None : new(texts);

    /// <summary>True where a rule lets this address in and none keeps it out; an empty list admits nobody.</summary>
    /// <remarks>A rule that cannot be read might have been one that keeps people out: then nobody comes in.</remarks>
    public bool Admits(string? email)
    {
        if (_broken || !EmailAddress.TryParse(email, out var address))
        {
            return false;
        }

        var admitted = false;
        foreach (var rule in _rules)
        {
            if (!rule.Covers(address))
            {
                continue;
            }

            if (rule.Excludes)
            {
                return false;
            }

            admitted = true;
        }

        return admitted;
    }

    public bool Equals(EmailRules? other) => other is not null && _texts.Equals(other._texts);

    public override bool Equals(object? obj) => Equals(obj as EmailRules);

    public override int GetHashCode() => _texts.GetHashCode();
}
