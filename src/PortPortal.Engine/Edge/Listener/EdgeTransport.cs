using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace PortPortal.Engine.Edge.Listener;

/// <summary>Kestrel's sockets as the edge wants them; where it cannot listen, one sentence says why and what to do.</summary>
internal sealed class EdgeTransport(IOptions<EdgeOptions> options, IOptions<SocketTransportOptions> sockets, ILoggerFactory loggers) : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    // Made when it is needed: Kestrel asks for its transports before the settings were checked.
    private readonly Lazy<SocketTransportFactory> _sockets = new(() =>
    {
        // The host's own options, because they carry Kestrel's memory pool; fresh ones would fall back to one that rents empty blocks.
        sockets.Value.UnsafePreferInlineScheduling = options.Value.UnsafePreferInlineScheduling;
        return new(sockets, loggers);
    });

    public bool CanBind(EndPoint endpoint) => endpoint is IPEndPoint;

    /// <exception cref="IOException">The port is taken, forbidden, or on an address that this machine does not have.</exception>
    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        try
        {
            return await _sockets.Value.BindAsync(endpoint, cancellationToken);
        }
        catch (Exception exception) when (Explain(exception, (IPEndPoint)endpoint) is { } sentence)
        {
            throw new IOException(sentence, exception);
        }
    }

    private static string? Explain(Exception exception, IPEndPoint endpoint) => (exception as SocketException ?? exception.InnerException as SocketException)?.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => $"Port {endpoint.Port} on {endpoint.Address} is taken by another program: stop that one, or choose another port with --port (Edge:Port).",
        SocketError.AddressNotAvailable => $"This machine does not have the address {endpoint.Address}: --bind (Edge:Bind) takes 'loopback', 'any', or addresses of this machine.",
        SocketError.AccessDenied => $"This user may not listen on port {endpoint.Port}: choose one above 1023 with --port (Edge:Port), or grant CAP_NET_BIND_SERVICE.",
        _ => null,
    };
}
