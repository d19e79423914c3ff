using System.Net;
using System.Net.Security;
using PortPortal.Engine.Common;

namespace PortPortal.Engine.Certificates;

/// <summary>Chooses the certificate for a name that a client asks for.</summary>
/// <remarks>Every well-formed name under the base domain gets one, so that a certificate tells nobody what exists.</remarks>
internal sealed class CertificateSelector(PublicAddress address, CertificateSource source)
{
    public CertificateStatus Status => source.Status;

    /// <param name="serverName">The name in the client's hello (SNI), in any letter case.</param>
    /// <param name="peer">The client, for the limit on minting.</param>
    /// <returns>Null for a name that is not ours, and while too many new names were asked for: the handshake then fails.</returns>
    public SslStreamCertificateContext? Find(string serverName, IPAddress? peer = null)
    {
        var name = serverName.ToLowerInvariant();
        return ServerName.IsServed(address, name) ? source.Find(name, peer) : null;
    }
}
