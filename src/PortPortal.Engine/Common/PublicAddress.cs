namespace PortPortal.Engine.Common;

/// <summary>The names and the port under which the world reaches the edge; every link is made from these, never from a bind address.</summary>
/// <param name="BaseDomain">Lower case, no trailing dot: <c>localhost</c>, <c>fleet.example.com</c>.</param>
/// <param name="PortalHost">The portal's own host name.</param>
/// <param name="Port">The public port; 443 is left out of URLs.</param>
public sealed record PublicAddress(string BaseDomain, string PortalHost, int Port)
{
    public Uri Portal => UrlOf(PortalHost);

    /// <summary>True for a domain that only this machine resolves, where names of several labels cost nothing.</summary>
    public bool IsLocal => BaseDomain is "localhost" || BaseDomain.EndsWith(".localhost", StringComparison.Ordinal);

    public Uri UrlOf(string host) => new(Port == 443 ? $"https://{host}" : $"https://{host}:{Port}");
}
