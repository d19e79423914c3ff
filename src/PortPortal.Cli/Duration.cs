using System.Globalization;

namespace PortPortal.Cli;

/// <summary>Lengths of time as people type them, and ages as they read them.</summary>
internal static class Duration
{
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        if (text.Length < 2 || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 1 or > 1_000_000)
        {
            return false;
        }

        duration = text[^1] switch
        {
            's' => TimeSpan.FromSeconds(number),
            'm' => TimeSpan.FromMinutes(number),
            'h' => TimeSpan.FromHours(number),
            'd' => TimeSpan.FromDays(number),
            _ => TimeSpan.Zero,
        };
        return duration > TimeSpan.Zero;
    }

    /// <summary><c>2m ago</c>.</summary>
    public static string Ago(TimeSpan age) => $"{Short(age)} ago";

    /// <summary><c>in 2m</c>, or that it is over.</summary>
    public static string Left(TimeSpan left) => left > TimeSpan.Zero ? $"in {Short(left)}" : "over";

    private static string Short(TimeSpan length) => length switch
    {
        { TotalSeconds: < 1 } => "0s",
        { TotalMinutes: < 1 } => $"{(int)length.TotalSeconds}s",
        { TotalHours: < 1 } => $"{(int)length.TotalMinutes}m",
        { TotalDays: < 1 } => $"{(int)length.TotalHours}h",
        _ => $"{(int)length.TotalDays}d",
    };
}
