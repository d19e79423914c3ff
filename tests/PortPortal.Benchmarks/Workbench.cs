using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PortPortal.Benchmarks;

/// <summary>A temporary folder with what all contenders share: the P-256 key and its certificate, and the hosts file of the load.</summary>
internal sealed class Workbench : IDisposable
{
    public const string HostName = "bench.localhost";
    private readonly TempDirectory _folder = new();

    private Workbench()
    {
    }

    public string CertificatePath => _folder.File("bench.crt");

    public string KeyPath => _folder.File("bench.key");

    /// <summary>Both in one file, as HAProxy wants them.</summary>
    public string BundlePath => _folder.File("bench.pem");

    public string HostsPath => _folder.File("hosts");

    public string Folder => _folder.Root;

    public static async Task<Workbench> CreateAsync()
    {
        var bench = new Workbench();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + HostName, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(HostName);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddHours(-1), TimeProvider.System.GetUtcNow().AddDays(2));
        var (crt, pem) = (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
        await File.WriteAllTextAsync(bench.CertificatePath, crt + "\n");
        await File.WriteAllTextAsync(bench.KeyPath, pem + "\n");
        await File.WriteAllTextAsync(bench.BundlePath, $"{crt}\n{pem}\n");
        return bench;
    }

    /// <summary>Names that only the load may resolve to loopback.</summary>
    public Task WriteHostsAsync(IEnumerable<string> names) => File.WriteAllTextAsync(HostsPath, $"127.0.0.1 localhost {string.Join(' ', names)}\n");

    public async Task<string> WriteAsync(string name, string text)
    {
        await File.WriteAllTextAsync(_folder.File(name), text);
        return _folder.File(name);
    }

    public void Dispose() => _folder.Dispose();
}
