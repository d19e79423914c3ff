using System.Net;

namespace PortPortal.Engine.Edge.Upstream;

/// <summary>What the app is told about who is asking.</summary>
/// <param name="Host">The public authority the visitor used, as the edge judged it, with the port where it is not the default.</param>
/// <param name="Address">The peer's real address.</param>
internal sealed record ForwardedVisitor(string Host, IPAddress Address)
{
    /// <summary>The host without its port.</summary>
    public ReadOnlySpan<char> HostName => Host.AsSpan(0, Host.AsSpan().LastIndexOf(':') is var colon and >= 0 ? colon : Host.Length);

    public string Scheme { get; init; } = "https";

    /// <summary>Null for visitors nobody identified: public ports, PINs, bearer links.</summary>
    public ForwardedIdentity? Identity { get; init; }
}

/// <summary>An identified visitor, sent as Remote-User, Remote-Email and Remote-Name; what is null is not sent.</summary>
internal sealed record ForwardedIdentity(string User, string? Email = null, string? Name = null);
