namespace PortPortal.Sdk;

/// <summary>What no profile may go beyond, as <c>GET /v1/policy</c> answers it.</summary>
public sealed record PolicyInfo
{
    /// <summary>The widest mode that any port may have: <c>sso</c>, <c>email</c>, <c>pin</c> or <c>public</c>.</summary>
    public required string WidestAccess { get; init; }

    /// <summary>The mode of a port for which nobody names one: <c>sso</c>, <c>email</c> or <c>pin</c>.</summary>
    public required string DefaultAccess { get; init; }

    /// <summary>The longest life of a link, in seconds.</summary>
    public required int MaxLinkTtlSeconds { get; init; }

    /// <summary>False: no share link admits by itself, whatever a profile says.</summary>
    public required bool BearerLinks { get; init; }
}
