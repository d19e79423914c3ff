using System.Globalization;

namespace PortPortal.Sdk;

/// <summary>Preview addresses by formatting alone; nothing is asked of anyone.</summary>
internal static class PreviewName
{
    private static readonly string[] OwnLabels = ["portal.", "api."];

    /// <summary><c>https://api.acme.dev</c> → <c>acme.dev</c>; a port other than 443 stays.</summary>
    public static string SuffixOf(Uri url)
    {
        var label = OwnLabels.FirstOrDefault(label => url.Host.StartsWith(label, StringComparison.OrdinalIgnoreCase));
        return url.Authority[(label?.Length ?? 0)..];
    }

    public static Uri UrlOf(string session, int port, string suffix)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(port, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, 65535);
        return new(string.Create(CultureInfo.InvariantCulture, $"https://{port}-{session}.{suffix}"));
    }
}
