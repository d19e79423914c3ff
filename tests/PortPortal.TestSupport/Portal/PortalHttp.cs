using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;

namespace PortPortal.TestSupport;

/// <summary>Speaks to one edge as a stranger would: every name leads to it, and its own authority is the only one trusted.</summary>
/// <param name="authorityPath">The authority's certificate, PEM.</param>
/// <param name="newSocket">Sockets that reach the edge at its loopback address, where this process's own do not.</param>
public sealed class PortalHttp(int port, string authorityPath, Func<Socket>? newSocket = null)
{
    /// <summary>Where connections come from: this machine has all of 127.0.0.0/8; null leaves it to the kernel.</summary>
    public IPAddress? From { get; init; }

    /// <summary>The same, from another address.</summary>
    public PortalHttp ComingFrom(IPAddress address) => new(port, authorityPath) { From = address };

    /// <summary>Follows no redirect and keeps no cookie unless given a jar.</summary>
    public HttpClient NewClient(CookieContainer? cookies = null, bool followRedirects = false) => new(NewHandler(cookies, followRedirects)) { Timeout = TimeSpan.FromSeconds(30) };

    public SocketsHttpHandler NewHandler(CookieContainer? cookies = null, bool followRedirects = false) => new()
    {
        AllowAutoRedirect = followRedirects,
        UseCookies = cookies is not null,
        CookieContainer = cookies ?? new CookieContainer(),
        UseProxy = false,
        SslOptions = NewTls(),
        ConnectCallback = async (_, cancellationToken) => await DialAsync(cancellationToken),
    };

    public async Task<ClientWebSocket> OpenSocketAsync(Uri url, CancellationToken cancellationToken, string? cookie = null, string? origin = null)
    {
        var socket = new ClientWebSocket();
        if (origin is not null)
        {
            socket.Options.SetRequestHeader("Origin", origin);
        }

        if (cookie is not null)
        {
            // As a page of the app itself would send it.
            socket.Options.SetRequestHeader("Cookie", cookie);
            socket.Options.SetRequestHeader("Origin", $"https://{url.Authority}");
        }

        if (origin is not null)
        {
            socket.Options.SetRequestHeader("Origin", origin);
        }

        using var invoker = new HttpMessageInvoker(NewHandler());
        await socket.ConnectAsync(url, invoker, cancellationToken);
        return socket;
    }

    /// <summary>A TLS connection with a name of choice, for requests that no client library would send.</summary>
    public async Task<SslStream> OpenTlsAsync(string serverName, CancellationToken cancellationToken, params SslApplicationProtocol[] protocols)
    {
        var tls = new SslStream(await DialAsync(cancellationToken));
        var options = NewTls();
        options.TargetHost = serverName;
        options.ApplicationProtocols = [.. protocols];
        await tls.AuthenticateAsClientAsync(options, cancellationToken);
        return tls;
    }

    /// <summary>A plain connection to the same port.</summary>
    public async Task<NetworkStream> DialAsync(CancellationToken cancellationToken)
    {
        var socket = newSocket?.Invoke() ?? new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.NoDelay = true;
        try
        {
            if (From is not null)
            {
                socket.Bind(new IPEndPoint(From, 0));
            }

            await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private SslClientAuthenticationOptions NewTls()
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificateFromFile(authorityPath));
        return new() { CertificateChainPolicy = policy };
    }
}
