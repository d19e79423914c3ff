using System.Collections.Immutable;
using PortPortal.Engine.Common;

namespace PortPortal.Engine.Access;

/// <summary>Which of the people who sign in may come in: groups, accounts and e-mail rules; none at all means everyone.</summary>
public sealed class PeopleRules : IEquatable<PeopleRules>
{
    /// <summary>One sentence for refusals, to follow the rule.</summary>
    public const string Grammar = "is not a rule: write group: and a group's name, user: and an account's id, or an e-mail rule";

    public const string GroupMark = "group:";
    public const string UserMark = "user:";

    public static readonly PeopleRules Everyone = new([]);

    private readonly ValueList<string> _texts;
    private readonly ImmutableHashSet<string> _groups;
    private readonly ImmutableHashSet<string> _users;

    private PeopleRules(ValueList<string> texts)
    {
        _texts = texts;
        _groups = Marked(texts, GroupMark);
        _users = Marked(texts, UserMark);
        Emails = EmailRules.Parse([.. texts.Where(text => !IsMarked(text))]);
    }

    public EmailRules Emails { get; private init; }

    public static PeopleRules Parse(ValueList<string> texts) => texts.Count == 0 ? Everyone : new(texts);

    public static bool IsWellFormed(string text) => IsMarked(text) ? Body(text).Length is > 0 and <= 200 && !text.Any(char.IsControl) : EmailRule.TryParse(text, out _);

    /// <summary>True where nothing is named, or the account is; a rule with <c>!</c> always wins.</summary>
    public bool Admit(VisitorAccount account, DateTimeOffset now)
    {
        if (_texts.Count == 0)
        {
            return true;
        }

        // Without a verified address no rule can keep anyone out, nor let anyone in.
        var verdict = account.VerifiedEmail is { } email ? Emails.Judge(email, now) : EmailVerdict.Silent;
        return verdict == EmailVerdict.LetsIn
            || (verdict == EmailVerdict.Silent && (_users.Contains(account.UserId) || account.Groups.Any(_groups.Contains)));
    }

    public PeopleRules WithLists(Func<string, ValueList<string>?> rulesOf) => Emails.Lists.Any() ? new(_texts) { Emails = Emails.WithLists(rulesOf) } : this;

    public bool Equals(PeopleRules? other) => other is not null && _texts.Equals(other._texts) && Emails.Equals(other.Emails);

    public override bool Equals(object? obj) => Equals(obj as PeopleRules);

    public override int GetHashCode() => _texts.GetHashCode();

    private static bool IsMarked(string text) => text.StartsWith(GroupMark, StringComparison.Ordinal) || text.StartsWith(UserMark, StringComparison.Ordinal);

    private static string Body(string text) => text[(text.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();

    private static ImmutableHashSet<string> Marked(ValueList<string> texts, string mark) =>
        [.. texts.Where(text => text.StartsWith(mark, StringComparison.Ordinal)).Select(Body)];
}
