using System.Net;
using System.Net.Sockets;

namespace PortPortal.Engine.Edge.Upstream;

/// <summary>The server inside a session that one exposure's requests go to.</summary>
internal sealed record UpstreamServer
{
    public required UpstreamKey Key { get; init; }

    public required IPEndPoint EndPoint { get; init; }

    /// <summary>Speaks TLS to the app.</summary>
    /// <remarks>Its certificate is not verified: it is the session's own development server, self-signed as a rule, and the address it is dialled at is what identifies it.</remarks>
    public bool Tls { get; init; }

    /// <summary>Asked before every dial, so that an address that was fine when the port was exposed can still be refused.</summary>
    public Func<IPEndPoint, bool> MayDial { get; init; } = static _ => true;

    /// <summary>How to connect where the address alone does not lead there, because it is another machine's; fails as a socket does.</summary>
    public Func<CancellationToken, ValueTask<Socket>>? Dial { get; init; }

    /// <summary>The <c>Host</c> the app sees; null for the public one.</summary>
    public string? HostHeader { get; init; }

    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>From the last byte of a bodiless request (or the first of a body) to the response's headers; starts again with every piece of body the app accepts.</summary>
    public TimeSpan HeaderTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Silence in both directions after the headers, of tunnels too; null for none, because event streams and WebSockets may be silent for hours.</summary>
    public TimeSpan? IdleTimeout { get; init; }
}

/// <summary>Whose connections are pooled together: one exposure in one generation, never two.</summary>
/// <param name="Exposure">The exposure's id.</param>
/// <param name="Generation">Counts what makes older connections wrong: another address, another policy, a port that was closed and opened again.</param>
internal readonly record struct UpstreamKey(string Exposure, long Generation);
