namespace PortPortal.Engine.Edge.Traffic;

/// <summary>What people recognise of a User-Agent: the browser's family, and what it runs on.</summary>
internal static class UserAgentFamily
{
    /// <summary>In this order: most browsers claim to be several others as well.</summary>
    private static readonly (string Mark, string Family)[] Known =
    [
        ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"),
        ("CriOS/", "Chrome"), ("HeadlessChrome/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
    ];

    /// <summary>In this order: a phone claims to be a desktop as well.</summary>
    private static readonly (string Mark, string System)[] Systems =
    [
        ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "ChromeOS"), ("Windows", "Windows"), ("Macintosh", "macOS"), ("Linux", "Linux"),
    ];

    private const int LongestName = 24;

    public static string Of(string? userAgent)
    {
        if (string.IsNullOrEmpty(userAgent))
        {
            return "Unknown";
        }

        foreach (var (mark, family) in Known)
        {
            if (userAgent.Contains(mark, StringComparison.Ordinal))
            {
                return Array.Find(Systems, system => userAgent.Contains(system.Mark, StringComparison.Ordinal)).System is { } system ? $"{family} · {system}" : family;
            }
        }

        var end = userAgent.AsSpan().IndexOfAny(" /;(");
        var name = userAgent.AsSpan(0, Math.Min(end < 0 ? userAgent.Length : end, LongestName));
        return name.Length > 0 && name.IndexOfAnyExceptInRange('!', '~') < 0 ? name.ToString() : "Unknown";
    }
}
