using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Options;

namespace PortPortal.Engine.Edge.Listener;

/// <summary>Sets Kestrel up as the edge: the addresses, both protocols on one port, and every limit.</summary>
internal sealed class EdgeListener(IOptions<EdgeOptions> options, EdgeEntrance entrance, TlsHandshake handshake) : IConfigureOptions<KestrelServerOptions>
{
    /// <summary>For the portal's own calls; for apps <see cref="AppRequestLimits"/> lifts it.</summary>
    public const long MaxPortalBody = 4 * 1024 * 1024;

    public void Configure(KestrelServerOptions kestrel)
    {
        Limit(kestrel);
        foreach (var address in ListenAddresses.Parse(options.Value.Bind) ?? [])
        {
            kestrel.Listen(address, options.Value.Port, Listen);
        }
    }

    private void Limit(KestrelServerOptions kestrel)
    {
        var edge = options.Value;
        var max = edge.MaxConnections ?? DescriptorLimit.MaxConnections;
        kestrel.AddServerHeader = false;
        // Bytes that are no UTF-8 pass unchanged in both directions.
        kestrel.RequestHeaderEncodingSelector = _ => Encoding.Latin1;
        kestrel.ResponseHeaderEncodingSelector = _ => Encoding.Latin1;
        kestrel.Limits.RequestHeadersTimeout = edge.HeadersTimeout;
        kestrel.Limits.KeepAliveTimeout = edge.KeepAliveTimeout;
        kestrel.Limits.MaxRequestBodySize = MaxPortalBody;
        // The entrance counts all connections: Kestrel's count leaves out those that were upgraded.
        kestrel.Limits.MaxConcurrentConnections = null;
        kestrel.Limits.MaxConcurrentUpgradedConnections = edge.MaxUpgradedConnections ?? (max - max / 20);
        kestrel.Limits.Http2.MaxStreamsPerConnection = 100;
        // A peer that vanished without a word is noticed within a minute.
        kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
        kestrel.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);
    }

    private void Listen(ListenOptions listen)
    {
        // Kestrel builds the chain from the last Use to the first: http is set by the time the entrance is made.
        ConnectionDelegate http = null!;
        listen.Protocols = HttpProtocols.Http1AndHttp2;
        listen.Use(tls => connection => entrance.AdmitAsync(connection, tls, http));
        listen.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = handshake.AnswerAsync, HandshakeTimeout = options.Value.HandshakeTimeout });
        listen.Use(next => http = EdgeEntrance.Arrived(next));
    }
}
