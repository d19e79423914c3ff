using System.Globalization;
using PortPortal.Components.Kit;

namespace PortPortal.Components.Live;

/// <summary>The lives that a share link can be given by one click.</summary>
internal static class LinkLife
{
    private static readonly (TimeSpan Life, string Text)[] Presets =
    [
        (TimeSpan.FromMinutes(15), "15 min"),
        (TimeSpan.FromHours(1), "1 h"),
        (TimeSpan.FromHours(8), "8 h"),
        (TimeSpan.FromHours(24), "24 h"),
        (TimeSpan.FromDays(7), "7 d"),
    ];

    /// <summary>Longer ones than <paramref name="longest"/> cannot be chosen; null stands for a life of one's own.</summary>
    public static IReadOnlyList<PpOption<TimeSpan?>> Options(TimeSpan longest) =>
    [
        .. Presets.Select(preset => new PpOption<TimeSpan?>(preset.Life, preset.Text)
        {
            Disabled = preset.Life > longest,
            Title = preset.Life > longest ? $"The profile allows {DurationText.Short(longest)} at most" : null,
        }),
        new(null, "Custom"),
    ];

    public static IEnumerable<(TimeSpan Life, string Text)> UpTo(TimeSpan longest) => Presets.Where(preset => preset.Life <= longest);

    /// <summary>“Today, 22:58” in UTC, and from tomorrow on the day.</summary>
    public static string Moment(DateTimeOffset at, DateTimeOffset now) => at.UtcDateTime.Date == now.UtcDateTime.Date
        ? at.UtcDateTime.ToString("'today,' HH:mm 'UTC'", CultureInfo.InvariantCulture)
        : at.UtcDateTime.ToString("d MMM, HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
