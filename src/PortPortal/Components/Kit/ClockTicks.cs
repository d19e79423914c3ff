using System.Globalization;

namespace PortPortal.Components.Kit;

/// <summary>The marks of a time axis: full hours or midnights of the reader's own clock.</summary>
internal static class ClockTicks
{
    private const int Most = 7;
    private static readonly TimeSpan[] Steps =
    [
        .. new[] { 1, 5, 15, 30 }.Select(minutes => TimeSpan.FromMinutes(minutes)),
        .. new[] { 1, 3, 6, 12 }.Select(hours => TimeSpan.FromHours(hours)),
        .. new[] { 1, 2, 7, 14 }.Select(days => TimeSpan.FromDays(days)),
    ];

    /// <returns>Each mark with its place between 0 and 1 and its words: the first names its day, and all do where days are what is counted.</returns>
    public static IReadOnlyList<ClockTick> Of(DateTimeOffset start, DateTimeOffset end, DateTimeOffset now, TimeZoneInfo zone)
    {
        var span = end - start;
        if (span <= TimeSpan.Zero)
        {
            return [];
        }

        var step = Steps.FirstOrDefault(step => span / step <= Most, TimeSpan.FromDays(Math.Ceiling(span.TotalDays / Most)));
        var local = TimeZoneInfo.ConvertTime(start, zone).DateTime;
        var first = local.Date + (step < TimeSpan.FromDays(1) ? step * Math.Ceiling(local.TimeOfDay / step) : local.TimeOfDay > TimeSpan.Zero ? TimeSpan.FromDays(1) : TimeSpan.Zero);
        var (ticks, today) = (new List<ClockTick>(), DayOf(now, zone));
        for (var i = 0; i <= Most + 1; i++)
        {
            var clock = first + (step * i);
            if (zone.IsInvalidTime(clock))
            {
                continue; // the hour that spring leaves out
            }

            var at = new DateTimeOffset(clock, zone.GetUtcOffset(clock));
            if (at > end)
            {
                break;
            }

            ticks.Add(new((at - start) / span, Words(clock, step, withDay: ticks.Count == 0, today)));
        }

        return ticks;
    }

    /// <summary>A moment by that clock, with its day.</summary>
    public static string Words(DateTimeOffset at, DateTimeOffset now, TimeZoneInfo zone) =>
        Words(TimeZoneInfo.ConvertTime(at, zone).DateTime, TimeSpan.Zero, withDay: true, DayOf(now, zone));

    private static string Words(DateTime clock, TimeSpan step, bool withDay, DateOnly today)
    {
        var day = DateOnly.FromDateTime(clock);
        var date = day == today ? "Today" : day == today.AddDays(-1) ? "Yesterday" : day.ToString("d MMM", CultureInfo.InvariantCulture);
        var time = clock.ToString("HH:mm", CultureInfo.InvariantCulture);
        return step >= TimeSpan.FromDays(1) ? date : withDay ? $"{date} {time}" : time;
    }

    private static DateOnly DayOf(DateTimeOffset at, TimeZoneInfo zone) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, zone).DateTime);
}

/// <param name="Place">0 at the start of the axis, 1 at its end.</param>
internal readonly record struct ClockTick(double Place, string Words);
