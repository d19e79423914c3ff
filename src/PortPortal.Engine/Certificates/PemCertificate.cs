using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PortPortal.Engine.Certificates;

/// <summary>A certificate, its intermediates and its key as read from PEM files, or the reason why they cannot be served.</summary>
internal sealed record PemCertificate(X509Certificate2? Certificate, SslStreamCertificateContext? Context, string? Fault)
{
    public static PemCertificate Load(string certificatePath, string keyPath)
    {
        try
        {
            return Parse(File.ReadAllText(certificatePath), File.ReadAllText(keyPath));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return Unusable(exception.Message.TrimEnd('.'));
        }
    }

    public static PemCertificate Parse(string certificatePem, string keyPem)
    {
        try
        {
            var certificate = X509Certificate2.CreateFromPem(certificatePem, keyPem);
            var intermediates = new X509Certificate2Collection();
            intermediates.ImportFromPem(certificatePem);
            intermediates.RemoveAt(0);
            // Offline: what the chain lacks is the file's fault, not a reason to fetch anything.
            return new(certificate, SslStreamCertificateContext.Create(certificate, intermediates, offline: true), null);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            return Unusable("the certificate or the key is damaged, encrypted, or they do not belong together");
        }
    }

    private static PemCertificate Unusable(string fault) => new(null, null, fault);
}
