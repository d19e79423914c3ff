namespace PortPortal.Engine.Edge.Traffic;

/// <summary>The one word of a User-Agent that people recognise.</summary>
internal static class UserAgentFamily
{
    /// <summary>In this order: most browsers claim to be several others as well.</summary>
    private static readonly (string Mark, string Family)[] Known =
    [
        ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"),
        ("CriOS/", "Chrome"), ("HeadlessChrome/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
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
                return family;
            }
        }

        var end = userAgent.AsSpan().IndexOfAny(" /;(");
        var name = userAgent.AsSpan(0, Math.Min(end < 0 ? userAgent.Length : end, LongestName));
        return name.Length > 0 && name.IndexOfAnyExceptInRange('!', '~') < 0 ? name.ToString() : "Unknown";
    }
}
