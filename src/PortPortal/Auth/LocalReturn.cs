namespace PortPortal.Auth;

/// <summary>Where a browser goes after signing in: a path of the portal, whatever the address bar was made to say.</summary>
internal static class LocalReturn
{
    private const int MaxLength = 2048;
    private static readonly string[] NeverBackTo = ["/sign-in", "/sign-out", "/set-up", "/account/welcome"];

    /// <summary><paramref name="asked"/> where it is a path on this host, else the front page.</summary>
    /// <remarks>
    /// Browsers read <c>\</c> as <c>/</c> and drop tabs and line ends (WHATWG URL), so none of them may appear; <c>//</c> names another host.
    /// The cases are those of oauth2-proxy's testdata/openredirects.txt.
    /// </remarks>
    public static string PathOrHome(string? asked) => IsLocal(asked) ? asked! : "/";

    /// <summary>The sign-in page that leads back to <paramref name="path"/>.</summary>
    public static string SignInPage(string path) => PathOrHome(path) is "/" ? "/sign-in" : $"/sign-in?return={Uri.EscapeDataString(path)}";

    private static bool IsLocal(string? asked) =>
        asked is ['/', ..] and { Length: <= MaxLength }
        && asked is not ['/', '/' or '\\', ..]
        && !asked.AsSpan().ContainsAnyExceptInRange('!', '~')
        && !asked.Contains('\\', StringComparison.Ordinal)
        && !Path(asked).Contains("//", StringComparison.Ordinal)
        && !Path(asked).Split('/').Any(segment => segment is "." or "..")
        && !NeverBackTo.Any(path => Path(asked).StartsWith(path, StringComparison.OrdinalIgnoreCase));

    private static string Path(string url) => url.Split('?', '#')[0];
}
