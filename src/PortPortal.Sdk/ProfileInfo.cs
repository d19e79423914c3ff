namespace PortPortal.Sdk;

/// <summary>The limits of a session as an admin wrote them, and the widest access that is left of them under the policy.</summary>
public sealed record ProfileInfo
{
    /// <summary>A DNS label.</summary>
    public required string Name { get; init; }

    /// <summary>What it is for.</summary>
    public string? Note { get; init; }

    /// <summary>True for the profile of sessions that name none.</summary>
    public required bool IsDefault { get; init; }

    /// <summary>Exposed ports at once.</summary>
    public required int MaxExposedPorts { get; init; }

    /// <summary>Port forwards at once.</summary>
    public required int MaxForwardedPorts { get; init; }

    /// <summary>The widest mode a port may have: <c>sso</c>, <c>email</c>, <c>pin</c> or <c>public</c>.</summary>
    public required string WidestAccess { get; init; }

    /// <summary>The narrower of <see cref="WidestAccess"/> and the policy's.</summary>
    public required string WidestAccessInForce { get; init; }

    /// <summary>Every detected port is public at once.</summary>
    public required bool OpenPorts { get; init; }

    /// <summary>The life of a link for which nobody names one, in seconds.</summary>
    public required int DefaultLinkTtlSeconds { get; init; }

    /// <summary>The longest life of a link, in seconds.</summary>
    public required int MaxLinkTtlSeconds { get; init; }

    /// <summary>Whether a share link may admit by itself.</summary>
    public required bool BearerLinks { get; init; }

    /// <summary>Requests per second and host name in the long run; 0 = no limit.</summary>
    public required double RequestsPerSecond { get; init; }

    /// <summary>Requests that may come at once.</summary>
    public required int RequestBurst { get; init; }
}
