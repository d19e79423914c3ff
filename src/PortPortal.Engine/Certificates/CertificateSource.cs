using System.Net;
using System.Net.Security;

namespace PortPortal.Engine.Certificates;

/// <summary>Where the edge's certificates come from.</summary>
internal abstract class CertificateSource
{
    public abstract CertificateStatus Status { get; }

    /// <param name="name">A name that the edge serves, in lower case.</param>
    /// <param name="peer">Who asks.</param>
    /// <returns>Null where there is none to give now.</returns>
    public abstract SslStreamCertificateContext? Find(string name, IPAddress? peer);
}

/// <summary>What people are shown about the certificates in force.</summary>
/// <param name="IsGiven">True for a certificate from files; false where the own authority mints them.</param>
/// <param name="Path">The certificate's file; for the own authority the one that people trust.</param>
/// <param name="Subject">Whom it names.</param>
/// <param name="NotAfter">When it, or the authority, ends.</param>
/// <param name="Fault">Why a newer file is not in force; null where all is well.</param>
internal sealed record CertificateStatus(bool IsGiven, string Path, string Subject, DateTimeOffset NotAfter, string? Fault);
