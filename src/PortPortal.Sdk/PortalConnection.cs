using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace PortPortal.Sdk;

/// <summary>The connection a client makes for itself.</summary>
internal static class PortalConnection
{
    public static HttpClient NewClient(PortPortalClientOptions options)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectCallback = DialAsync };
        if (options.AuthorityFile is { } file)
        {
            handler.SslOptions = Trusting(file);
        }

        return new HttpClient(handler) { Timeout = options.Timeout };
    }

    private static SslClientAuthenticationOptions Trusting(string authorityFile)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(authorityFile);
        return new() { CertificateChainPolicy = policy };
    }

    private static async ValueTask<Stream> DialAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            // A feed may be silent for hours; without this, so might a dead connection.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, optionValue: true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 15);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 5);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
            await (IsLocal(context.DnsEndPoint.Host)
                ? socket.ConnectAsync([IPAddress.Loopback, IPAddress.IPv6Loopback], context.DnsEndPoint.Port, cancellationToken)
                : socket.ConnectAsync(context.DnsEndPoint, cancellationToken));
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Names under <c>localhost</c> are this machine (RFC 6761, 6.3), which not every resolver knows.</summary>
    private static bool IsLocal(string host) => host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);
}
