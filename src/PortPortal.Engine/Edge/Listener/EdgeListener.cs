using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace PortPortal.Engine.Edge.Listener;

/// <summary>Sets Kestrel up as the edge: the addresses, both protocols on one port, and every limit.</summary>
/// <remarks>It does so when the host starts and not when Kestrel is made: by then all settings of all slices were checked, and reported together.</remarks>
internal sealed class EdgeListener(IOptions<KestrelServerOptions> kestrel, IOptions<EdgeOptions> options, IServiceProvider services) : IHostedLifecycleService
{
    /// <summary>For the portal's own calls; the forwarder lifts it for apps, whose bodies it streams.</summary>
    public const long MaxPortalBody = 4 * 1024 * 1024;

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        Limit(kestrel.Value);
        var entrance = services.GetRequiredService<EdgeEntrance>();
        var handshake = services.GetRequiredService<TlsHandshake>();
        foreach (var address in ListenAddresses.Parse(options.Value.Bind) ?? [])
        {
            kestrel.Value.Listen(address, options.Value.Port, listen => Listen(listen, entrance, handshake));
        }

        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Limit(KestrelServerOptions server)
    {
        var edge = options.Value;
        var max = edge.MaxConnections ?? DescriptorLimit.MaxConnections;
        server.AddServerHeader = false;
        // Bytes that are no UTF-8 pass unchanged in both directions.
        server.RequestHeaderEncodingSelector = _ => Encoding.Latin1;
        server.ResponseHeaderEncodingSelector = _ => Encoding.Latin1;
        server.Limits.RequestHeadersTimeout = edge.HeadersTimeout;
        server.Limits.KeepAliveTimeout = edge.KeepAliveTimeout;
        server.Limits.MaxRequestBodySize = MaxPortalBody;
        // The entrance counts all connections: Kestrel's count leaves out those that were upgraded.
        server.Limits.MaxConcurrentConnections = null;
        server.Limits.MaxConcurrentUpgradedConnections = edge.MaxUpgradedConnections ?? (max - max / 20);
        server.Limits.Http2.MaxStreamsPerConnection = 100;
        // A peer that vanished without a word is noticed within a minute.
        server.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
        server.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);
    }

    private void Listen(ListenOptions listen, EdgeEntrance entrance, TlsHandshake handshake)
    {
        // Kestrel builds the chain from the last Use to the first: http is set by the time the entrance is made.
        ConnectionDelegate http = null!;
        listen.Protocols = HttpProtocols.Http1AndHttp2;
        listen.Use(tls => connection => entrance.AdmitAsync(connection, tls, http));
        listen.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = handshake.AnswerAsync, HandshakeTimeout = options.Value.HandshakeTimeout });
        listen.Use(next => http = EdgeEntrance.Arrived(next));
    }
}
