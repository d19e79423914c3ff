using PortPortal.Engine.Access;

namespace PortPortal.Engine.Profiles;

/// <summary>The limits of a session, as they are in force: its profile's, narrowed by the policy of the whole portal.</summary>
public sealed record Profile
{
    public const string DefaultName = "dev";

    public required string Name { get; init; }

    public int MaxExposedPorts { get; init; } = 32;

    public int MaxForwardedPorts { get; init; } = 5;

    /// <summary>The widest mode a port may have.</summary>
    public AccessMode WidestAccess { get; init; } = AccessMode.Public;

    /// <summary>Every detected port is public at once.</summary>
    public bool OpenPorts { get; init; }

    public TimeSpan DefaultLinkLife { get; init; } = TimeSpan.FromHours(24);

    /// <summary>The longest life of a share link or a preview link.</summary>
    public TimeSpan MaxLinkLife { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Whether a share link may admit by itself.</summary>
    public bool BearerLinks { get; init; }

    /// <summary>Requests per second and host name that the edge lets through in the long run; 0 = no limit.</summary>
    public double RequestsPerSecond { get; init; }

    /// <summary>Requests that may come at once.</summary>
    public int RequestBurst { get; init; }
}
