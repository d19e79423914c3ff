using System.Collections.Immutable;

namespace PortPortal.Engine.Tunnels.Pangolin;

/// <summary>Everything that shall be reachable through Pangolin.</summary>
public sealed record PangolinPlan
{
    /// <summary>Whose resources these are, 1–40 letters and digits: only what carries this mark is ever changed or removed.</summary>
    public required string Owner { get; init; }

    public ImmutableArray<PangolinPort> Ports { get; init; } = [];
}

/// <summary>One exposure as a Pangolin resource.</summary>
public sealed record PangolinPort
{
    /// <summary>The exposure's id.</summary>
    public required string Key { get; init; }

    /// <summary>The label before the base domain; at most 63 characters.</summary>
    public required string Subdomain { get; init; }

    public required PangolinGate Gate { get; init; }

    /// <summary>Six digits, for <see cref="PangolinGate.Pin"/>.</summary>
    public string? Pin { get; init; }

    /// <summary>Exact addresses and <c>*@domain</c>, for <see cref="PangolinGate.Email"/>.</summary>
    public ImmutableArray<string> Emails { get; init; } = [];

    /// <summary>What the site dials.</summary>
    public required string TargetHost { get; init; }

    public required int TargetPort { get; init; }

    /// <summary><c>http</c> or <c>https</c>.</summary>
    public string Method { get; init; } = "http";

    /// <summary>It is a secret: no log shows the PIN.</summary>
    public override string ToString() => $"{Key} at {Subdomain}";
}

/// <summary>The proof that Pangolin itself asks for.</summary>
public enum PangolinGate
{
    Sso,
    Email,
    Pin,

    /// <summary>None: whatever stands behind asks.</summary>
    Open,
}

/// <summary>An OpenID provider that Pangolin shall let people sign in with.</summary>
/// <param name="Name">What people read on Pangolin's button; also how it is found again.</param>
/// <param name="ClientId">Pangolin's own client at the provider.</param>
/// <param name="DiscoveryDocument">For versions that read the endpoints from there.</param>
internal sealed record PangolinProvider(string Name, string ClientId, string ClientSecret, string AuthorizationEndpoint, string TokenEndpoint, string DiscoveryDocument)
{
    /// <summary>It holds a secret: no log shows it.</summary>
    public override string ToString() => Name;
}

/// <summary>What became of a plan.</summary>
public sealed record PangolinReport
{
    /// <summary>Why nothing could be done at all; what was in force stays as it is. Null where Pangolin answered.</summary>
    public string? Fault { get; init; }

    public ImmutableArray<PangolinOutcome> Items { get; init; } = [];

    /// <summary>Resources of this owner that nobody wants any more, and that are gone now.</summary>
    public int Removed { get; init; }
}

/// <summary>What became of one port.</summary>
/// <param name="Key">Which one.</param>
/// <param name="Url">Where it is reached; null where it is not.</param>
/// <param name="Fault">Why it is not, in words a user can act on; it is closed then, never open without its proof.</param>
public sealed record PangolinOutcome(string Key, Uri? Url, string? Fault);
