using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace PortPortal.Engine.Agent;

/// <summary>Speaks to the portal, and to nobody who only says so.</summary>
internal sealed class PortalClient : IDisposable
{
    private const string Protocol = "portportal-node";
    private const int MaxAnswer = 64 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly HttpClient _http;
    private volatile IPAddress? _reachedAt;

    /// <param name="authority">The only authority to trust, PEM; null for those the system trusts.</param>
    public PortalClient(Uri portal, string? authority)
        : this(portal, TlsOf(authority))
    {
    }

    private PortalClient(Uri portal, SslClientAuthenticationOptions tls)
    {
        var handler = new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false, SslOptions = tls, ConnectTimeout = Patience, ConnectCallback = ConnectAsync };
        _http = new(handler) { BaseAddress = portal, Timeout = Patience, MaxResponseContentBufferSize = MaxAnswer };
    }

    /// <summary>The address at which the portal was reached last; its end of the tunnel is there too unless it says otherwise.</summary>
    public IPAddress? ReachedAt => _reachedAt;

    /// <summary>Fetches the portal's own authority from whoever answers, and believes it only where it is the one with this fingerprint.</summary>
    /// <exception cref="HttpRequestException">Nobody answers, or it is another one.</exception>
    public static async Task<string> FetchAuthorityAsync(Uri portal, string fingerprint, CancellationToken cancellationToken)
    {
#pragma warning disable CA5359 // The fingerprint decides, below; nothing secret is said before.
        using var stranger = new PortalClient(portal, new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = static (_, _, _, _) => true });
#pragma warning restore CA5359
        var pem = await stranger._http.GetStringAsync(new Uri("/v1/nodes/authority", UriKind.Relative), cancellationToken);
        try
        {
            using var authority = X509Certificate2.CreateFromPem(pem);
            if (CryptographicOperations.FixedTimeEquals(SHA256.HashData(authority.RawData), Convert.FromHexString(fingerprint)))
            {
                return authority.ExportCertificatePem();
            }
        }
        catch (CryptographicException)
        {
            // No certificate at all.
        }

        throw new HttpRequestException("whoever answers there is not the portal that the token is from");
    }

    /// <exception cref="HttpRequestException">The portal refused; the message holds its words.</exception>
    public async Task<JoinAnswer> JoinAsync(JoinBody body, CancellationToken cancellationToken)
    {
        using var response = await _http.PostAsJsonAsync(new Uri("/v1/nodes/join", UriKind.Relative), body, AgentJson.Default.JoinBody, cancellationToken);
        await ThrowIfRefusedAsync(response, cancellationToken);
        return await response.Content.ReadFromJsonAsync(AgentJson.Default.JoinAnswer, cancellationToken) ?? throw new HttpRequestException("the portal's answer is empty");
    }

    /// <summary>Opens the stream that everything else goes through.</summary>
    /// <exception cref="HttpRequestException">Nobody answers, or the portal refused.</exception>
    public async Task<Stream> OpenStreamAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/nodes/stream") { Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.Connection.Add("Upgrade");
        request.Headers.Upgrade.Add(new ProductHeaderValue(Protocol, "1"));
        var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.StatusCode != HttpStatusCode.SwitchingProtocols)
        {
            await ThrowIfRefusedAsync(response, cancellationToken);
            response.Dispose();
            throw new HttpRequestException("the portal does not speak this protocol; is it an older version?");
        }

        // The response is the stream's owner from here on: disposing the stream closes the connection.
        return await response.Content.ReadAsStreamAsync(cancellationToken);
    }

    public void Dispose() => _http.Dispose();

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(IsLocal(context.DnsEndPoint.Host) ? new IPEndPoint(IPAddress.Loopback, context.DnsEndPoint.Port) : context.DnsEndPoint, cancellationToken);
            var address = ((IPEndPoint)socket.RemoteEndPoint!).Address;
            _reachedAt = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Names that mean this machine, whether or not a resolver knows them (RFC 6761, section 6.3).</summary>
    private static bool IsLocal(string host) => host is "localhost" || host.EndsWith(".localhost", StringComparison.Ordinal);

    private static SslClientAuthenticationOptions TlsOf(string? authority)
    {
        if (authority is null)
        {
            return new();
        }

        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(X509Certificate2.CreateFromPem(authority));
        return new() { CertificateChainPolicy = policy };
    }

    private static async Task ThrowIfRefusedAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode)
        {
            return;
        }

        string? words = null;
        try
        {
            words = (await response.Content.ReadFromJsonAsync(AgentJson.Default.JoinProblem, cancellationToken))?.Detail;
        }
        catch (JsonException)
        {
            // Not the portal's words.
        }

        throw new HttpRequestException(words ?? $"the portal answered {(int)response.StatusCode}");
    }
}
