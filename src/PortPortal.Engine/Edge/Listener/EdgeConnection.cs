using PortPortal.Engine.Certificates;
using PortPortal.Engine.Common;

namespace PortPortal.Engine.Edge.Listener;

/// <summary>The stamp that the listener puts on a connection; every request on it finds it among its features.</summary>
/// <remarks>A request without this stamp did not come through the edge's listener and is nobody's.</remarks>
internal sealed class EdgeConnection
{
    private readonly PublicAddress _address;

    private EdgeConnection(PublicAddress address, bool isTls, string? serverName) =>
        (_address, IsTls, ServerName, Kind) = (address, isTls, serverName, serverName is null ? EdgeConnectionKind.Unknown : KindOf(address, serverName));

    public bool IsTls { get; }

    /// <summary>The name in the TLS hello (SNI), in lower case; null on plain HTTP.</summary>
    public string? ServerName { get; }

    /// <summary>Unknown on plain HTTP, where each request names its host anew.</summary>
    public EdgeConnectionKind Kind { get; }

    public static EdgeConnection Plain(PublicAddress address) => new(address, false, null);

    public static EdgeConnection Tls(PublicAddress address, string serverName) => new(address, true, serverName.ToLowerInvariant());

    /// <summary>What a request for <paramref name="host"/> on this connection belongs to; unknown where TLS was opened for another name.</summary>
    /// <param name="host">Without a port, in lower case.</param>
    public EdgeConnectionKind KindFor(string host) => IsTls
        ? string.Equals(host, ServerName, StringComparison.Ordinal) ? Kind : EdgeConnectionKind.Unknown
        : KindOf(_address, host);

    private static EdgeConnectionKind KindOf(PublicAddress address, string host)
    {
        if (!Certificates.ServerName.IsServed(address, host))
        {
            return EdgeConnectionKind.Unknown;
        }

        return Certificates.ServerName.IsPortal(address, host) ? EdgeConnectionKind.Portal : EdgeConnectionKind.App;
    }
}

/// <summary>Whose connection it is; what is on one never answers on the other.</summary>
internal enum EdgeConnectionKind
{
    /// <summary>Nobody's yet, or a name that is not ours.</summary>
    Unknown,

    Portal,

    /// <summary>The base domain and everything beneath it.</summary>
    App,
}
