using System.Globalization;
using PortPortal.Engine.Common;

namespace PortPortal.Engine.Audit;

/// <summary>A filter as it stands in an address: the same names in the API, on the page and in an export.</summary>
internal static class AuditFilterText
{
    public static readonly IReadOnlyList<string> Names = ["kind", "action", "result", "person", "session", "port", "ip", "q", "last", "after", "before"];

    private const int LongestText = 200;

    /// <summary>The spans that <c>last</c> takes.</summary>
    public static readonly IReadOnlyDictionary<string, TimeSpan> Spans = new Dictionary<string, TimeSpan>(StringComparer.Ordinal)
    {
        ["1h"] = TimeSpan.FromHours(1),
        ["24h"] = TimeSpan.FromHours(24),
        ["7d"] = TimeSpan.FromDays(7),
        ["30d"] = TimeSpan.FromDays(30),
        ["90d"] = TimeSpan.FromDays(90),
    };

    /// <param name="valueOf">The value of a name; null where it is not given.</param>
    public static AuditFilter Read(Func<string, string?> valueOf, Faults faults)
    {
        string? Text(string name)
        {
            var text = valueOf(name)?.Trim();
            if (text?.Length > LongestText)
            {
                faults.Add(Refusal.Invalid(name, $"{name} takes at most {LongestText} characters."));
            }

            return text is { Length: > 0 } ? text : null;
        }

        return new()
        {
            Kinds = [.. (Text("kind") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(kind => Kind(kind, faults)).OfType<AuditKind>().Distinct()],
            Action = Text("action"),
            Result = Text("result") is { } result ? Named<AuditResult>("result", result, faults) : null,
            Person = Text("person"),
            Session = Text("session"),
            Port = Text("port") is { } port ? Number(port, faults) : null,
            Ip = Text("ip"),
            Text = Text("q"),
            Last = Text("last") is { } last ? Span(last, faults) : null,
            After = Text("after") is { } after ? Moment("after", after, faults) : null,
            Before = Text("before") is { } before ? Moment("before", before, faults) : null,
        };
    }

    /// <summary>Every name with its value, null where it is not asked for.</summary>
    public static IReadOnlyDictionary<string, string?> Write(AuditFilter filter) => new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["kind"] = filter.Kinds.Count > 0 ? string.Join(',', filter.Kinds.Select(AuditKinds.Word)) : null,
        ["action"] = filter.Action,
        ["result"] = filter.Result?.ToString().ToLowerInvariant(),
        ["person"] = filter.Person,
        ["session"] = filter.Session,
        ["port"] = filter.Port?.ToString(CultureInfo.InvariantCulture),
        ["ip"] = filter.Ip,
        ["q"] = filter.Text,
        ["last"] = filter.Last is { } span ? Spans.First(known => known.Value == span).Key : null,
        ["after"] = Text(filter.After),
        ["before"] = Text(filter.Before),
    };

    private static AuditKind? Kind(string text, Faults faults) => Named<AuditKind>("kind", text, faults);

    private static T? Named<T>(string name, string text, Faults faults)
        where T : struct, Enum
    {
        if (Enum.TryParse<T>(text, ignoreCase: true, out var value) && Enum.IsDefined(value) && !char.IsAsciiDigit(text[0]))
        {
            return value;
        }

        faults.Add(Refusal.Invalid(name, $"{name} takes {string.Join(", ", Enum.GetNames<T>().Select(known => known.ToLowerInvariant()))}."));
        return null;
    }

    private static int? Number(string text, Faults faults)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= 1 and <= 65_535)
        {
            return port;
        }

        faults.Add(Refusal.Invalid("port", "port is a whole number from 1 to 65535.", RefusalCodes.InvalidPort));
        return null;
    }

    private static TimeSpan? Span(string text, Faults faults)
    {
        if (Spans.TryGetValue(text, out var span))
        {
            return span;
        }

        faults.Add(Refusal.Invalid("last", $"last takes {string.Join(", ", Spans.Keys)}."));
        return null;
    }

    private static DateTimeOffset? Moment(string name, string text, Faults faults)
    {
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment))
        {
            return moment;
        }

        faults.Add(Refusal.Invalid(name, $"{name} is a moment in RFC 3339, such as 2030-01-31T12:00:00Z."));
        return null;
    }

    private static string? Text(DateTimeOffset? moment) => moment?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
