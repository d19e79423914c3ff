using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using PortPortal.Engine.Common;

namespace PortPortal.Engine.Certificates;

/// <summary>This installation's own authority: trusted once by a person, able to sign for the base domain and the portal's host and nothing else.</summary>
internal sealed partial class CertificateAuthority : IDisposable
{
    public static readonly TimeSpan Life = TimeSpan.FromDays(730);

    /// <summary>With less than this left, a new authority is made at the next start.</summary>
    public static readonly TimeSpan RenewBefore = TimeSpan.FromDays(30);

    private const string EllipticCurveKey = "1.2.840.10045.2.1"; // RFC 5480

    private static readonly OidCollection ServerAuthentication = [new Oid("1.3.6.1.5.5.7.3.1")];
    private static readonly X500DistinguishedName LeafSubject = new("CN=PortPortal edge");

    private readonly Lock _signing = new(); // an OpenSSL key is for one thread at a time

    private CertificateAuthority(X509Certificate2 certificate, string path) => (Certificate, CertificatePath) = (certificate, path);

    /// <summary>With its private key; export only its public part.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>The file that people trust.</summary>
    public string CertificatePath { get; }

    public DateTimeOffset NotAfter => new(Certificate.NotAfter);

    /// <summary>The authority kept in <paramref name="folder"/>; a new one where there is none that can sign for <paramref name="address"/>.</summary>
    public static CertificateAuthority LoadOrCreate(string folder, PublicAddress address, TimeProvider time, ILogger logger)
    {
        var files = new AuthorityFiles(folder);
        var now = time.GetUtcNow();
        var (found, fault) = files.Read();
        fault ??= found is null ? null : FaultOf(found, address, now);
        if (found is not null && fault is null)
        {
            return new(found, files.CertificatePath);
        }

        found?.Dispose();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var certificate = Create(key, address, now);
        files.Write(certificate, key);
        if (fault is null)
        {
            Log.Created(logger, files.CertificatePath);
        }
        else
        {
            Log.Replaced(logger, files.CertificatePath, fault);
        }

        return new(certificate, files.CertificatePath);
    }

    /// <summary>A certificate for exactly one name, with a key of its own.</summary>
    /// <remarks>Ends no later than the authority does. The caller disposes it.</remarks>
    public X509Certificate2 Issue(string name, DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        var request = new CertificateRequest(LeafSubject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(ServerAuthentication, critical: false));
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        lock (_signing)
        {
            using var signed = request.Create(Certificate, notBefore, notAfter < NotAfter ? notAfter : NotAfter, SerialNumber());
            return signed.CopyWithPrivateKey(key);
        }
    }

    public void Dispose() => Certificate.Dispose();

    private static X509Certificate2 Create(ECDsa key, PublicAddress address, DateTimeOffset now)
    {
        // Authorities of the same name and another key confuse trust stores; a few random letters keep old and new apart.
        var request = new CertificateRequest($"CN=PortPortal CA {ShortId.NewToken(6)}, O=PortPortal", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(ServerAuthentication, critical: false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(NameConstraints.Create(DomainsOf(address)));
        // Leaves begin a day back for clients whose clock is behind, so the authority begins before them.
        var notBefore = now.AddDays(-2);
        return request.CreateSelfSigned(notBefore, notBefore + Life);
    }

    private static string? FaultOf(X509Certificate2 found, PublicAddress address, DateTimeOffset now)
    {
        if (found.NotAfter.ToUniversalTime() - now.UtcDateTime < RenewBefore)
        {
            return $"it ends on {found.NotAfter.ToUniversalTime():yyyy-MM-dd}";
        }

        if (found.Extensions.OfType<X509BasicConstraintsExtension>().FirstOrDefault() is not { CertificateAuthority: true }
            || found.PublicKey.Oid.Value != EllipticCurveKey)
        {
            return "it is not an ECDSA authority";
        }

        var uncovered = NameConstraints.DomainsOf(found) is { } permitted
            ? DomainsOf(address).FirstOrDefault(domain => !permitted.Any(p => domain == p || ServerName.IsBeneath(domain, p)))
            : null;
        return uncovered is null ? null : $"it may not sign for {uncovered}";
    }

    private static IEnumerable<string> DomainsOf(PublicAddress address) =>
        ServerName.IsBeneath(address.PortalHost, address.BaseDomain) || address.PortalHost == address.BaseDomain
            ? [address.BaseDomain]
            : [address.BaseDomain, address.PortalHost];

    private static byte[] SerialNumber()
    {
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)((serial[0] & 0x7F) | 0x40); // positive and of full length (RFC 5280, section 4.1.2.2)
        return serial;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Made a certificate authority for this installation: {Path}")]
        public static partial void Created(ILogger logger, string path);

        [LoggerMessage(LogLevel.Warning, "Replaced the certificate authority {Path}, because {Reason}. Trust the new one, and remove the old one where it was trusted.")]
        public static partial void Replaced(ILogger logger, string path, string reason);
    }
}
