namespace PortPortal.Start;

/// <summary>Where settings come from: appsettings.json, <c>PORTPORTAL__…</c>, the short forms, the command line; the later wins.</summary>
internal static class Settings
{
    /// <summary>Runra's name for where the world reaches this machine, as an address with or without a scheme; host ports are appended to it.</summary>
    private const string ExternalUrl = "WORKER_EXTERNAL_URL";

    private static readonly Dictionary<string, string> ShortOptions = new(StringComparer.Ordinal)
    {
        ["--port"] = "Edge:Port",
        ["--bind"] = "Edge:Bind",
        ["--base-domain"] = "Edge:BaseDomain",
        ["--data"] = "Data:Directory",
        ["--role"] = "Role",
        ["--join"] = "Node:Join",
        ["--token"] = "Node:Token",
    };

    private static readonly Dictionary<string, string> ShortVariables = new(StringComparer.Ordinal)
    {
        ["PORTPORTAL_PROXY_PORT"] = "Edge:Port",
        ["PORTPORTAL_BIND"] = "Edge:Bind",
        ["PORTPORTAL_BASE_DOMAIN"] = "Edge:BaseDomain",
        ["PORTPORTAL_DATA"] = "Data:Directory",
        ["PORTPORTAL_ROLE"] = "Role",
        ["PORTPORTAL_NODE_TOKEN"] = "Node:Token",
        ["PANGOLIN_API_URL"] = "Pangolin:ApiUrl",
        ["PANGOLIN_ORG_ID"] = "Pangolin:OrgId",
        ["PANGOLIN_SITE_ID"] = "Pangolin:SiteId",
        ["PANGOLIN_BASE_DOMAIN"] = "Pangolin:BaseDomain",
        ["PANGOLIN_API_KEY"] = "Pangolin:ApiKey",
        ["PANGOLIN_DOMAIN_ID"] = "Pangolin:DomainId",
        ["PANGOLIN_EMAIL"] = "Pangolin:Email",
        ["PANGOLIN_PASSWORD"] = "Pangolin:Password",
        ["PANGOLIN_OIDC_SECRET"] = "Pangolin:OidcSecret",
        [ExternalUrl] = "Forwarding:PublicHost",
        ["PORTPORTAL_ADMIN_API_KEY"] = "Accounts:AdminApiKey",
    };

    public static void AddPortPortalSettings(this IConfigurationBuilder configuration, string[] args) => configuration
        .AddEnvironmentVariables("PORTPORTAL__")
        .AddInMemoryCollection(ShortVariables
            .Select(pair => KeyValuePair.Create(pair.Value, Read(pair.Key)))
            .Where(pair => !string.IsNullOrEmpty(pair.Value)))
        .AddCommandLine(args, ShortOptions);

    private static string? Read(string variable) => Environment.GetEnvironmentVariable(variable) is { } value && variable == ExternalUrl && Uri.TryCreate(value, UriKind.Absolute, out var url) && url.Host.Length > 0
        ? url.Host
        : Environment.GetEnvironmentVariable(variable);
}
