using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PortPortal.Engine.Common;

namespace PortPortal.Engine.Certificates;

/// <summary>The authority's two files, <c>ca.crt</c> and <c>ca.key</c>, in a folder that only their owner can enter.</summary>
/// <remarks>The key is written first and the certificate last: no certificate means that nothing was ever published, whatever else a killed run left.</remarks>
internal sealed class AuthorityFiles(string folder)
{
    private const UnixFileMode OwnerReadsWrites = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode AllRead = OwnerReadsWrites | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    public string CertificatePath { get; } = Path.Combine(folder, "ca.crt");

    private string KeyPath { get; } = Path.Combine(folder, "ca.key");

    /// <summary>The pair, or null: with a reason where something was there that cannot be used.</summary>
    /// <exception cref="UnauthorizedAccessException">The files belong to somebody else; they are not replaced.</exception>
    public (X509Certificate2? Pair, string? Fault) Read()
    {
        if (!File.Exists(CertificatePath))
        {
            return (null, null);
        }

        if (!File.Exists(KeyPath))
        {
            return (null, "its key is missing");
        }

        CloseToOthers();
        try
        {
            return (X509Certificate2.CreateFromPem(File.ReadAllText(CertificatePath), File.ReadAllText(KeyPath)), null);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            return (null, "its files are damaged or do not belong together");
        }
    }

    public void Write(X509Certificate2 certificate, ECDsa key)
    {
        Directory.CreateDirectory(folder);
        CloseToOthers();
        DurableFile.Write(KeyPath, key.ExportPkcs8PrivateKeyPem() + "\n", OwnerReadsWrites);
        DurableFile.Write(CertificatePath, certificate.ExportCertificatePem() + "\n", AllRead);
    }

    private void CloseToOthers()
    {
        UnixModes.Set(folder, OwnerReadsWrites | UnixFileMode.UserExecute);
        if (File.Exists(KeyPath))
        {
            UnixModes.Set(KeyPath, OwnerReadsWrites);
        }
    }
}
