using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using PortPortal.Engine.Certificates;
using PortPortal.Engine.Common;
using PortPortal.TestSupport;

namespace PortPortal.Tests.Certificates;

public sealed class GivenCertificateTests : IDisposable
{
    private static readonly PublicAddress Address = new("fleet.example.com", "portal.fleet.example.com", 443);
    private static readonly TimeSpan OneLook = TimeSpan.FromSeconds(2);

    private readonly TempDirectory _folder = new();
    private readonly ManualTime _time = new(new DateTimeOffset(2026, 3, 1, 9, 30, 0, TimeSpan.Zero));
    private readonly RecordingLogger<GivenCertificate> _logger = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Find_AnyName_IsTheGivenOne()
    {
        var thumbprint = WritePair(ECDsaPair("*.fleet.example.com", "fleet.example.com"));
        using var source = Source();

        Assert.Equal(thumbprint, Serving(source));
        Assert.Equal((true, _folder.File("tls.crt"), (string?)null), (source.Status.IsGiven, source.Status.Path, source.Status.Fault));
    }

    [Fact]
    public void Find_RsaKeyInPkcs1_IsServed()
    {
        using var key = RSA.Create(2048);
        using var certificate = Signed(new CertificateRequest("CN=rsa", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1), 90, "*.fleet.example.com");
        WritePair((certificate.ExportCertificatePem(), key.ExportRSAPrivateKeyPem()));
        using var source = Source();

        Assert.Equal(certificate.Thumbprint, Serving(source));
    }

    [Fact]
    public void Look_FilesChanged_ServesTheNewOneWithinFiveSeconds()
    {
        WritePair(ECDsaPair("*.fleet.example.com"));
        using var source = Source();
        var renewed = WritePair(ECDsaPair("*.fleet.example.com"));

        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(renewed, Serving(source));
        Assert.Contains("reloaded", Assert.Single(_logger.Of(LogLevel.Information)), StringComparison.Ordinal);
    }

    [Fact]
    public void Look_NothingChanged_KeepsTheContextAndItsSessions()
    {
        WritePair(ECDsaPair("*.fleet.example.com"));
        using var source = Source();
        var before = source.Find("a.fleet.example.com", null);

        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Same(before, source.Find("a.fleet.example.com", null));
    }

    [Fact]
    public void Look_BrokenFile_KeepsTheLastGoodOneAndSaysSoOnce()
    {
        var good = WritePair(ECDsaPair("*.fleet.example.com"));
        using var source = Source();
        File.WriteAllText(_folder.File("tls.crt"), "no certificate");

        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(good, Serving(source));
        Assert.NotNull(source.Status.Fault);
        Assert.Contains("stays in force", Assert.Single(_logger.Of(LogLevel.Error)), StringComparison.Ordinal);
    }

    [Fact]
    public void Look_MissingFileThenANewOne_RecoversByItself()
    {
        var good = WritePair(ECDsaPair("*.fleet.example.com"));
        using var source = Source();
        File.Delete(_folder.File("tls.key"));
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(good, Serving(source));
        Assert.NotNull(source.Status.Fault);

        var renewed = WritePair(ECDsaPair("*.fleet.example.com"));
        _time.Advance(OneLook);

        Assert.Equal(renewed, Serving(source));
        Assert.Null(source.Status.Fault);
    }

    [Fact]
    public void Look_SameFilesBackAfterABreak_ClearsTheFault()
    {
        var pair = ECDsaPair("*.fleet.example.com");
        WritePair(pair);
        using var source = Source();
        File.WriteAllText(_folder.File("tls.crt"), "no certificate");
        _time.Advance(TimeSpan.FromSeconds(10));
        WritePair(pair);
        _time.Advance(OneLook);

        Assert.Null(source.Status.Fault);
    }

    [Fact]
    public void Look_CertificateBeforeItsKey_IsNoError()
    {
        WritePair(ECDsaPair("*.fleet.example.com"));
        using var source = Source();
        var (certificate, key) = ECDsaPair("*.fleet.example.com");
        File.WriteAllText(_folder.File("tls.crt"), certificate);
        _time.Advance(OneLook);
        File.WriteAllText(_folder.File("tls.key"), key);
        _time.Advance(OneLook);

        using var expected = X509Certificate2.CreateFromPem(certificate);
        Assert.Equal(expected.Thumbprint, Serving(source));
        Assert.Empty(_logger.Of(LogLevel.Error));
    }

    [Fact]
    public void Look_SwappedSymbolicLink_IsSeen()
    {
        WriteFiles(ECDsaPair("*.fleet.example.com"), "one.crt", "one.key");
        var renewed = WriteFiles(ECDsaPair("*.fleet.example.com"), "two.crt", "two.key");
        Link("one");
        using var source = Source();
        Link("two");

        _time.Advance(OneLook);

        Assert.Equal(renewed, Serving(source));
    }

    [Fact]
    public void Start_CertificateForOtherNames_Warns()
    {
        WritePair(ECDsaPair("portal.fleet.example.com"));
        using var source = Source();

        Assert.Contains("3000-abcdefghijkl.fleet.example.com", Assert.Single(_logger.Of(LogLevel.Warning)), StringComparison.Ordinal);
    }

    [Fact]
    public void Look_NearTheEnd_WarnsOncePerDay()
    {
        _time.Advance(TimeSpan.FromHours(14.5) - TimeSpan.FromSeconds(11)); // 23:59:49
        WritePair(ECDsaPair(days: 10, "*.fleet.example.com", "portal.fleet.example.com"));
        using var source = Source();

        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Contains("ends on 2026-03-11", Assert.Single(_logger.Of(LogLevel.Warning)), StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(2, _logger.Of(LogLevel.Warning).Count());
    }

    [Fact]
    public void Load_ChainInOneFile_SendsTheIntermediate()
    {
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var rootRequest = new CertificateRequest("CN=root", rootKey, HashAlgorithmName.SHA256);
        rootRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var root = rootRequest.CreateSelfSigned(_time.GetUtcNow(), _time.GetUtcNow().AddDays(90));
        using var middleKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var middleRequest = new CertificateRequest("CN=middle", middleKey, HashAlgorithmName.SHA256);
        middleRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var signedMiddle = middleRequest.Create(root, _time.GetUtcNow(), _time.GetUtcNow().AddDays(90), [1]);
        using var middle = signedMiddle.CopyWithPrivateKey(middleKey);
        using var leafKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var leaf = new CertificateRequest("CN=leaf", leafKey, HashAlgorithmName.SHA256).Create(middle, _time.GetUtcNow(), _time.GetUtcNow().AddDays(80), [2]);

        var loaded = PemCertificate.Parse(leaf.ExportCertificatePem() + "\n" + middle.ExportCertificatePem(), leafKey.ExportPkcs8PrivateKeyPem());

        Assert.Equal(leaf.Thumbprint, loaded.Certificate!.Thumbprint);
        Assert.Equal([middle.Thumbprint], loaded.Context!.IntermediateCertificates.Select(c => c.Thumbprint));
    }

    [Fact]
    public void Validate_EverythingWrong_IsReportedAtOnce()
    {
        var result = new CertificateOptionsValidation().Validate(null, new CertificateOptions { CertificatePath = "x", MaxCached = 0, MintedPerMinute = -1, MintedPerMinuteAndAddress = 0 });

        Assert.Equal(4, result.Failures!.Count());
        Assert.All(result.Failures!, failure => Assert.StartsWith("Certificates:", failure, StringComparison.Ordinal));
    }

    [Fact]
    public void Validate_KeyOfAnotherCertificate_IsRefused()
    {
        var (certificate, _) = ECDsaPair("a.test");
        var (_, key) = ECDsaPair("a.test");
        WritePair((certificate, key));

        var result = new CertificateOptionsValidation().Validate(null, Options());

        Assert.Contains("do not belong together", Assert.Single(result.Failures!), StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_Defaults_AreFine() => Assert.True(new CertificateOptionsValidation().Validate(null, new CertificateOptions()).Succeeded);

    private GivenCertificate Source() => new(Options(), Address, _time, _logger);

    private CertificateOptions Options() => new() { CertificatePath = _folder.File("tls.crt"), KeyPath = _folder.File("tls.key") };

    private static string Serving(GivenCertificate source) => source.Find("a.fleet.example.com", IPAddress.Loopback)!.TargetCertificate.Thumbprint;

    private (string Certificate, string Key) ECDsaPair(params string[] names) => ECDsaPair(90, names);

    private (string Certificate, string Key) ECDsaPair(int days, params string[] names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = Signed(new CertificateRequest("CN=given", key, HashAlgorithmName.SHA256), days, names);
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    private X509Certificate2 Signed(CertificateRequest request, int days, params string[] names)
    {
        var builder = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            builder.AddDnsName(name);
        }

        request.CertificateExtensions.Add(builder.Build());
        return request.CreateSelfSigned(_time.GetUtcNow().AddDays(-1), _time.GetUtcNow().AddDays(days));
    }

    private string WritePair((string Certificate, string Key) pair) => WriteFiles(pair, "tls.crt", "tls.key");

    private string WriteFiles((string Certificate, string Key) pair, string certificateFile, string keyFile)
    {
        File.WriteAllText(_folder.File(certificateFile), pair.Certificate);
        File.WriteAllText(_folder.File(keyFile), pair.Key);
        using var written = X509Certificate2.CreateFromPem(pair.Certificate);
        return written.Thumbprint;
    }

    private void Link(string to)
    {
        foreach (var extension in new[] { ".crt", ".key" })
        {
            File.Delete(_folder.File("tls" + extension));
            File.CreateSymbolicLink(_folder.File("tls" + extension), _folder.File(to + extension));
        }
    }
}
