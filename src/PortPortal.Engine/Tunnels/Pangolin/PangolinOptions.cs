using System.Globalization;

namespace PortPortal.Engine.Tunnels.Pangolin;

/// <summary>The section <c>Pangolin</c>, and the variables <c>PANGOLIN_…</c> that fill it.</summary>
public sealed class PangolinOptions
{
    public const string Section = "Pangolin";

    /// <summary><c>PANGOLIN_API_URL</c>: the Integration API, with or without <c>/v1</c>; with <see cref="Email"/> the dashboard's, with or without <c>/api/v1</c>.</summary>
    public string ApiUrl { get; set; } = "";

    /// <summary><c>PANGOLIN_ORG_ID</c>.</summary>
    public string OrgId { get; set; } = "";

    /// <summary><c>PANGOLIN_SITE_ID</c>: the site's number.</summary>
    public string SiteId { get; set; } = "";

    /// <summary><c>PANGOLIN_BASE_DOMAIN</c>: one of the organisation's verified domains.</summary>
    public string BaseDomain { get; set; } = "";

    /// <summary><c>PANGOLIN_API_KEY</c>: <c>id.secret</c>.</summary>
    public string ApiKey { get; set; } = "";

    /// <summary><c>PANGOLIN_DOMAIN_ID</c>, optional: the domain's id, where it need not be looked up by its name.</summary>
    public string DomainId { get; set; } = "";

    /// <summary><c>PANGOLIN_EMAIL</c>: with <see cref="Password"/> in the key's place; not used beside a key.</summary>
    public string Email { get; set; } = "";

    /// <summary><c>PANGOLIN_PASSWORD</c>.</summary>
    public string Password { get; set; } = "";

    /// <summary><c>PANGOLIN_OIDC_SECRET</c>, optional: the secret of Pangolin's own client at the OpenID provider, which is registered there with it.</summary>
    public string OidcSecret { get; set; } = "";

    /// <summary>The variables that are needed, and what they hold.</summary>
    private IEnumerable<(string Name, string Value)> Needed =>
    [
        ("PANGOLIN_API_URL", ApiUrl), ("PANGOLIN_ORG_ID", OrgId), ("PANGOLIN_SITE_ID", SiteId), ("PANGOLIN_BASE_DOMAIN", BaseDomain), .. Proof,
    ];

    private IEnumerable<(string Name, string Value)> Proof => IsPerson ? [("PANGOLIN_EMAIL", Email), ("PANGOLIN_PASSWORD", Password)] : [("PANGOLIN_API_KEY", ApiKey)];

    /// <summary>A person's sign-in takes the key's place.</summary>
    internal bool IsPerson => ApiKey.Length == 0 && (Email.Length > 0 || Password.Length > 0);

    /// <summary>None is set: nobody wants Pangolin.</summary>
    public bool IsUnwanted => OidcSecret.Length == 0 && Needed.All(variable => variable.Value.Length == 0);

    /// <summary>What is missing, or cannot be right, in words; empty where Pangolin can be used.</summary>
    /// <remarks>A faulty set stops nothing: sessions go on without Pangolin, and the portal says why.</remarks>
    public IReadOnlyList<string> Faults()
    {
        if (IsUnwanted)
        {
            return [];
        }

        var faults = Needed.Where(variable => variable.Value.Length == 0).Select(variable => $"{variable.Name} is missing.").ToList();
        if (ApiUrl.Length > 0 && !(Uri.TryCreate(ApiUrl, UriKind.Absolute, out var url) && url.Scheme is "https" or "http"))
        {
            faults.Add("PANGOLIN_API_URL is no http or https address.");
        }

        if (SiteId.Length > 0 && !(int.TryParse(SiteId, NumberStyles.None, CultureInfo.InvariantCulture, out var site) && site > 0))
        {
            faults.Add("PANGOLIN_SITE_ID is the site's number, not its name.");
        }

        // A key without its dot makes Pangolin answer 500, which says nothing.
        if (ApiKey.Length > 0 && ApiKey.Split('.') is not [{ Length: > 0 }, { Length: > 0 }])
        {
            faults.Add("PANGOLIN_API_KEY is the key's id and its secret with a dot between.");
        }

        return faults;
    }

    public bool IsUsable => !IsUnwanted && Faults().Count == 0;

    /// <summary>Ends in <c>/v1/</c>, whichever form was given.</summary>
    internal Uri Api => new(ApiUrl.TrimEnd('/').EndsWith("/v1", StringComparison.Ordinal) ? $"{ApiUrl.TrimEnd('/')}/" : $"{ApiUrl.TrimEnd('/')}{(IsPerson ? "/api" : "")}/v1/");
}
