using System.Globalization;

namespace PortPortal.Components.Kit;

/// <summary>Spans of time in the portal's words: two units at most, spaced.</summary>
internal static class DurationText
{
    /// <summary>Beyond this, a date says more than a distance.</summary>
    public static readonly TimeSpan LongestRelative = TimeSpan.FromHours(48);

    public static string Short(TimeSpan span) => span switch
    {
        { TotalSeconds: < 60 } => Text($"{Math.Max(0, (int)span.TotalSeconds)} s"),
        { TotalMinutes: < 60 } => Text($"{(int)span.TotalMinutes} min"),
        { TotalHours: < 24 } => Text($"{span.Hours} h {span.Minutes:00} m"),
        { Hours: 0 } => Text($"{span.Days} d"),
        _ => Text($"{span.Days} d {span.Hours} h"),
    };

    /// <summary>“4 min ago”, “just now”, and from two days on the date.</summary>
    public static string Ago(DateTimeOffset at, DateTimeOffset now) => (now - at) switch
    {
        { TotalSeconds: < 5 } => "just now",
        var span when span <= LongestRelative => $"{Short(span)} ago",
        _ => Date(at, now),
    };

    /// <summary>“22 min left”, “ended”, and beyond two days the days.</summary>
    public static string Left(DateTimeOffset end, DateTimeOffset now) => end <= now ? "ended" : $"{Short(end - now)} left";

    public static string Date(DateTimeOffset at, DateTimeOffset now) =>
        at.ToString(at.Year == now.Year ? "d MMM, HH:mm" : "d MMM yyyy", CultureInfo.InvariantCulture);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
