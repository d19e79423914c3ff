using System.Collections.Frozen;
using System.Text.RegularExpressions;
using PortPortal.Components.Kit;
using PortPortal.Engine.Audit;
using PortPortal.Engine.Common;

namespace PortPortal.Components.Live;

/// <summary>An event as one sentence, with its sign.</summary>
internal static partial class ActivityWords
{
    /// <summary>Verbs in the past that do not end in "ed".</summary>
    private static readonly FrozenSet<string> Irregular = ((string[])["Began", "Came", "Cut", "Gave", "Kept", "Left", "Let", "Made", "Put", "Sent", "Set", "Took", "Was"]).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Who, what, on what. A reason that begins with its verb has the actor in front; one that says who by itself stands alone.</summary>
    public static IEnumerable<SentencePart> Sentence(AuditEntry entry)
    {
        var reason = entry.Reason.TrimEnd('.');
        if (entry.ActorId == Actor.System.Id || reason.StartsWith(entry.ActorName, StringComparison.Ordinal))
        {
            return Parts(reason);
        }

        var verb = reason.Split(' ', 2)[0];
        var begins = verb.EndsWith("ed", StringComparison.Ordinal) || Irregular.Contains(verb);
        return Parts(begins ? $" {char.ToLowerInvariant(reason[0])}{reason[1..]}" : $": {reason}").Prepend(new(entry.ActorName, Strong: true));
    }

    public static string Icon(AuditEntry entry) => (AuditKinds.Of(entry.Action), entry.Action, entry.Result) switch
    {
        (_, _, AuditResult.Refused) => Icons.Ban,
        (_, _, AuditResult.Failed) => Icons.Alert,
        (AuditKind.Visits, "visitor.disconnected", _) => Icons.Kick,
        (AuditKind.Visits, _, _) => Icons.User,
        (AuditKind.Ports, "port.exposed", _) => Icons.Plus,
        (AuditKind.Ports, "port.closed", _) => Icons.Stop,
        (AuditKind.Ports, var action, _) when action.Contains("forward", StringComparison.Ordinal) => Icons.Tcp,
        (AuditKind.Ports, _, _) => Icons.Shield,
        (AuditKind.Links, _, _) => Icons.Link,
        (AuditKind.Access, _, _) => Icons.Shield,
        (AuditKind.Sessions, "session.paused", _) => Icons.Pause,
        (AuditKind.Sessions, "session.resumed", _) => Icons.Play,
        (AuditKind.Sessions, "session.ended", _) => Icons.Stop,
        (AuditKind.Sessions, _, _) => Icons.Sessions,
        (AuditKind.People, var action, _) when action.StartsWith("key.", StringComparison.Ordinal) => Icons.Key,
        (AuditKind.People, _, _) => Icons.Users,
        (AuditKind.Nodes, _, _) => Icons.Tunnel,
        _ => Icons.Pulse,
    };

    /// <summary>The colour behind the sign; Off for what is neither good nor bad.</summary>
    public static PpState State(AuditEntry entry) => (entry.Result, entry.Action) switch
    {
        (AuditResult.Refused, _) => PpState.Danger,
        (AuditResult.Failed, _) => PpState.Warn,
        (_, "visit.admitted" or "port.exposed" or "session.resumed") => PpState.Live,
        (_, "session.paused") => PpState.Paused,
        (_, "visitor.disconnected") => PpState.Warn,
        _ => PpState.Off,
    };

    public static string Word(AuditKind kind) => kind.ToString();

    public static string Word(AuditResult result) => result switch
    {
        AuditResult.Done => "Done",
        AuditResult.Refused => "Refused",
        _ => "Failed",
    };

    /// <summary>What stands in “quotes” is a name, and strong.</summary>
    private static IEnumerable<SentencePart> Parts(string text)
    {
        var at = 0;
        foreach (Match name in Quoted().Matches(text))
        {
            if (name.Index > at)
            {
                yield return new(text[at..name.Index], Strong: false);
            }

            yield return new(name.Groups["name"].Value, Strong: true);
            at = name.Index + name.Length;
        }

        if (at < text.Length)
        {
            yield return new(text[at..], Strong: false);
        }
    }

    [GeneratedRegex("“(?<name>[^”]+)”", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Quoted();
}

/// <summary>A run of words; strong for whom and what it is about.</summary>
internal readonly record struct SentencePart(string Text, bool Strong);
