using PortPortal.Components.Kit;
using PortPortal.Engine.Access;
using PortPortal.Engine.Common;

namespace PortPortal.Components.Live;

/// <summary>One rule as people see it: what it is, and what it covers.</summary>
/// <param name="Text">The rule in its one spelling, with its end.</param>
/// <param name="Pattern">Without it.</param>
/// <param name="Covers">In two or three words.</param>
/// <param name="Css">danger for one that keeps out, warn for one that lets everyone in.</param>
internal sealed record RuleRow(string Text, string Pattern, string Icon, string Covers, string? Css, DateTimeOffset? Until)
{
    /// <summary>Null for what is no rule.</summary>
    public static RuleRow? Of(string text, bool people = false)
    {
        if (people && text.StartsWith(PeopleRules.GroupMark, StringComparison.Ordinal) && PeopleRules.IsWellFormed(text))
        {
            return new(text, text, Icons.Users, "A group", null, null);
        }

        if (people && text.StartsWith(PeopleRules.UserMark, StringComparison.Ordinal) && PeopleRules.IsWellFormed(text))
        {
            return new(text, text, Icons.User, "One account", null, null);
        }

        if (!EmailRule.TryParse(text, out var rule))
        {
            return null;
        }

        var (icon, covers, css) = rule switch
        {
            { Excludes: true } => (Icons.Ban, "Kept out", "danger"),
            { Kind: EmailRuleKind.List } => (Icons.Group, "A list", null),
            { Kind: EmailRuleKind.Address } => (Icons.User, "One person", null),
            { Kind: EmailRuleKind.Subdomains } => (Icons.Mail, "Its sub-domains", (string?)null),
            _ when OpenSignUp.Covers(rule) => (Icons.Alert, "Open sign-up domain", "warn"),
            _ => (Icons.Mail, "Whole domain", null),
        };
        return new(rule.ToString(), rule.Pattern, icon, covers, css, rule.Until);
    }

    /// <summary>What stands between commas, semicolons, blanks or line ends; an end stays with its rule.</summary>
    public static IReadOnlyList<string> Split(string text) => text.Contains(" until ", StringComparison.Ordinal)
        ? text.Split([',', ';', '\n', '\r', '\t'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        : text.Replace("! ", "!", StringComparison.Ordinal).Split([',', ';', ' ', '\n', '\r', '\t'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
