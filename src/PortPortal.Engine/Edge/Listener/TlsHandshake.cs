using System.Net;
using System.Net.Security;
using System.Runtime.Versioning;
using System.Security.Authentication;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;
using PortPortal.Engine.Certificates;
using PortPortal.Engine.Common;

namespace PortPortal.Engine.Edge.Listener;

/// <summary>Answers a TLS hello: stamps the connection with the name asked for and picks that name's certificate.</summary>
internal sealed partial class TlsHandshake(CertificateSelector certificates, PublicAddress address, ILogger<TlsHandshake> logger)
{
    /// <summary>A fatal alert 112, unrecognized_name, as a record of its own (RFC 6066, section 3; RFC 8446, section 6).</summary>
    private static readonly byte[] UnrecognizedName = [0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x70];

    private static readonly List<SslApplicationProtocol> Protocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11];

    private static readonly CipherSuitesPolicy? AuthenticatedSuites = OperatingSystem.IsLinux() ? AuthenticatedOnly() : null;

    /// <exception cref="AuthenticationException">There is no certificate for that name, or no name; the client has been told.</exception>
    public async ValueTask<SslServerAuthenticationOptions> AnswerAsync(TlsHandshakeCallbackContext hello)
    {
        var name = hello.ClientHelloInfo.ServerName;
        var peer = (hello.Connection.RemoteEndPoint as IPEndPoint)?.Address;
        if (name.Length > 0 && certificates.Find(name, peer) is { } certificate)
        {
            hello.Connection.Features.Set(EdgeConnection.Tls(address, name));
            return Options(certificate, hello.Connection.Features.Get<Arrival>() is { Hello.OffersTls13: true });
        }

        Log.Refused(logger, peer);
        await hello.Connection.Transport.Output.WriteAsync(UnrecognizedName, hello.CancellationToken);
        throw new AuthenticationException("There is no certificate for the name in the hello.");
    }

    /// <remarks>
    /// All suites of TLS 1.3 are authenticated. TLS 1.2 has older ones, and naming those we take costs that client resumption,
    /// for .NET shares no session cache under a policy of suites; so only clients without TLS 1.3 pay for it.
    /// </remarks>
    private static SslServerAuthenticationOptions Options(SslStreamCertificateContext certificate, bool takesTls13) => new()
    {
        ServerCertificateContext = certificate,
        ApplicationProtocols = Protocols,
        EnabledSslProtocols = takesTls13 ? SslProtocols.Tls13 : SslProtocols.Tls12,
        CipherSuitesPolicy = takesTls13 ? null : AuthenticatedSuites,
    };

    [SupportedOSPlatform("linux")]
    private static CipherSuitesPolicy AuthenticatedOnly() => new(
    [
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    ]);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Debug, "Refused a handshake of {Peer}: it asks for no name, or for one that is not ours.")]
        public static partial void Refused(ILogger logger, IPAddress? peer);
    }
}
