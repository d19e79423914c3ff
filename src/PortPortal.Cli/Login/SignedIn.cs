using System.Globalization;
using PortPortal.Cli.Portals;
using PortPortal.Sdk;

namespace PortPortal.Cli.Login;

/// <summary>Which portal to speak to, as whom, and whom to trust.</summary>
internal sealed record SignedIn
{
    private const int DefaultPort = 8443;

    public required Uri Url { get; init; }

    public required string ApiKey { get; init; }

    /// <summary>Null = the system's authorities.</summary>
    public string? AuthorityFile { get; init; }

    public PortPortalClient NewClient() => new(Url, ApiKey, new() { AuthorityFile = AuthorityFile });

    /// <summary>From the environment, else from the last <c>login</c>, else from this machine's own portal.</summary>
    public static SignedIn Find(Surroundings surroundings)
    {
        var kept = PrivateFile.Read<SignedIn>(surroundings.LoginFile);
        var url = AddressOf(surroundings, kept);
        var authority = surroundings.Variable("PORTPORTAL_CA_FILE") ?? (kept?.Url == url ? kept.AuthorityFile : null) ?? OwnAuthority(url, surroundings);
        if (authority is not null && !File.Exists(authority))
        {
            throw new Failure(ExitCodes.WrongUse, $"There is no certificate authority at {authority}.");
        }

        // A kept key goes to the portal it was kept for, and to no other.
        var own = OwnPortal.Find(surroundings);
        var key = surroundings.Variable("PORTPORTAL_API_KEY") ?? (own?.Url == url ? own.ApiKey : null) ?? (kept?.Url == url ? kept.ApiKey : null) ?? surroundings.Variable("PORTPORTAL_ADMIN_API_KEY");
        return new()
        {
            Url = url,
            AuthorityFile = authority,
            ApiKey = key ?? throw new Failure(ExitCodes.NotAllowed, $"No API key for {url}. Run portportal login, or set PORTPORTAL_API_KEY."),
        };
    }

    /// <summary>Where the portal is, whether or not one is signed in.</summary>
    public static Uri AddressOf(Surroundings surroundings, SignedIn? kept)
    {
        if (surroundings.Variable("PORTPORTAL_URL") is { } given)
        {
            return ParseUrl(given) ?? throw new Failure(ExitCodes.WrongUse, "PORTPORTAL_URL begins with https://, such as https://portal.fleet.example.com.");
        }

        return PortVariable(surroundings) is { } port ? Local(port) : kept?.Url ?? OwnPortal.Find(surroundings)?.Url ?? Local(DefaultPort);
    }

    /// <summary>The port for a portal on this machine.</summary>
    public static int LocalPort(Surroundings surroundings) => PortVariable(surroundings) ?? DefaultPort;

    /// <summary>Null where no variable says so.</summary>
    public static int? PortVariable(Surroundings surroundings)
    {
        var port = surroundings.Variable("PORTPORTAL_PROXY_PORT") ?? surroundings.Variable("MOAT_PROXY_PORT");
        return port is null ? null
            : int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= 65535 ? number
            : throw new Failure(ExitCodes.WrongUse, "PORTPORTAL_PROXY_PORT is a whole number from 1 to 65535.");
    }

    /// <summary>Null where it is no address of a portal.</summary>
    public static Uri? ParseUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttps && url is { UserInfo: "", Query: "", Fragment: "" } ? url : null;

    /// <summary>The authority that a portal on this machine made for itself; null where there is none.</summary>
    public static string? OwnAuthority(Uri url, Surroundings surroundings)
    {
        var own = Path.Combine(surroundings.PortalData, "ca", "ca.crt");
        var local = url.Host == "localhost" || url.Host.EndsWith(".localhost", StringComparison.Ordinal);
        return local && File.Exists(own) ? own : null;
    }

    /// <summary>A portal on this machine.</summary>
    public static Uri Local(int port) => new(port == 443 ? "https://portal.localhost" : $"https://portal.localhost:{port}");
}
