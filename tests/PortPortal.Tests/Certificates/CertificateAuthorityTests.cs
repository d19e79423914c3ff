using System.Net;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using PortPortal.Engine.Certificates;
using PortPortal.Engine.Common;
using PortPortal.TestSupport;

namespace PortPortal.Tests.Certificates;

[UnsupportedOSPlatform("windows")] // file modes
public sealed class CertificateAuthorityTests : IDisposable
{
    private static readonly PublicAddress Local = new("localhost", "portal.localhost", 8443);

    private readonly TempDirectory _folder = new();
    private readonly ManualTime _time = new(new DateTimeOffset(2026, 3, 1, 9, 30, 0, TimeSpan.Zero));

    private string Folder => _folder.File("ca");

    private string CertificatePath => Path.Combine(Folder, "ca.crt");

    private string KeyPath => Path.Combine(Folder, "ca.key");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void LoadOrCreate_FirstStart_KeepsKeyAndFolderToTheirOwner()
    {
        using var authority = LoadOrCreate(Local);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Folder));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyPath));
        Assert.Equal(["ca.crt", "ca.key"], Directory.GetFiles(Folder).Select(Path.GetFileName).Order());
        Assert.DoesNotContain("PRIVATE", File.ReadAllText(CertificatePath), StringComparison.Ordinal);
        Assert.Equal(CertificatePath, authority.CertificatePath);
    }

    [Fact]
    public void LoadOrCreate_SecondStart_LoadsTheSame()
    {
        using var first = LoadOrCreate(Local);
        using var second = LoadOrCreate(Local);

        Assert.Equal(first.Certificate.Thumbprint, second.Certificate.Thumbprint);
    }

    [Fact]
    public void LoadOrCreate_ReadableKey_IsClosedAgain()
    {
        LoadOrCreate(Local).Dispose();
        File.SetUnixFileMode(KeyPath, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        File.SetUnixFileMode(Folder, (UnixFileMode)0b111_101_101);

        LoadOrCreate(Local).Dispose();

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyPath));
        Assert.Equal((UnixFileMode)0b111_000_000, File.GetUnixFileMode(Folder));
    }

    [Theory]
    [InlineData("ca.key.new")]
    [InlineData("ca.key")]
    [InlineData("ca.key", "ca.crt.new")]
    public void LoadOrCreate_KilledWhileWriting_MakesAWholePair(params string[] leftBehind)
    {
        Directory.CreateDirectory(Folder);
        foreach (var name in leftBehind)
        {
            File.WriteAllText(Path.Combine(Folder, name), "-----BEGIN PRIV");
        }

        var logger = new RecordingLogger<CertificateAuthority>();
        using var made = LoadOrCreate(Local, logger);

        AssertWholePair(made);
        Assert.Empty(logger.Of(LogLevel.Warning)); // nothing was published, so nobody has to trust anew
    }

    [Theory]
    [InlineData("ca.crt", "")]
    [InlineData("ca.crt", "-----BEGIN CERTIFICATE-----\nMIIB")]
    [InlineData("ca.key", "")]
    [InlineData("ca.key", null)]
    public void LoadOrCreate_DamagedPair_IsReplacedWithAWarning(string damaged, string? content)
    {
        LoadOrCreate(Local).Dispose();
        if (content is null)
        {
            File.Delete(Path.Combine(Folder, damaged));
        }
        else
        {
            File.WriteAllText(Path.Combine(Folder, damaged), content);
        }

        var logger = new RecordingLogger<CertificateAuthority>();
        using var made = LoadOrCreate(Local, logger);

        AssertWholePair(made);
        Assert.Contains("Trust the new one", Assert.Single(logger.Of(LogLevel.Warning)), StringComparison.Ordinal);
    }

    [Fact]
    public void LoadOrCreate_KilledWhileReplacing_MakesAWholePair()
    {
        LoadOrCreate(Local).Dispose();
        using var newer = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        File.WriteAllText(KeyPath, newer.ExportPkcs8PrivateKeyPem()); // the new key is there, the new certificate not yet

        using var made = LoadOrCreate(Local);

        AssertWholePair(made);
    }

    [Fact]
    public void LoadOrCreate_OtherBaseDomain_IsReplaced()
    {
        using var first = LoadOrCreate(Local);
        using var second = LoadOrCreate(new PublicAddress("fleet.example.com", "portal.fleet.example.com", 443));

        Assert.NotEqual(first.Certificate.Thumbprint, second.Certificate.Thumbprint);
        Assert.Equal(["fleet.example.com"], NameConstraints.DomainsOf(second.Certificate)!);
    }

    [Theory]
    [InlineData(690, true)]
    [InlineData(705, false)]
    public void LoadOrCreate_NearItsEnd_IsReplaced(int days, bool isKept)
    {
        using var first = LoadOrCreate(Local);
        _time.Advance(TimeSpan.FromDays(days));
        using var second = LoadOrCreate(Local);

        Assert.Equal(isKept, first.Certificate.Thumbprint == second.Certificate.Thumbprint);
    }

    [Fact]
    public void Certificate_IsConstrained()
    {
        using var authority = LoadOrCreate(new PublicAddress("sbx.test", "portal.pp.test", 443));
        var certificate = authority.Certificate;

        var basic = Assert.Single(certificate.Extensions.OfType<X509BasicConstraintsExtension>());
        Assert.True(basic is { Critical: true, CertificateAuthority: true, HasPathLengthConstraint: true, PathLengthConstraint: 0 });
        Assert.True(Assert.Single(certificate.Extensions, e => e.Oid!.Value == "2.5.29.30").Critical);
        Assert.Equal(["sbx.test", "portal.pp.test"], NameConstraints.DomainsOf(certificate)!);
        Assert.Equal(X509KeyUsageFlags.KeyCertSign, Assert.Single(certificate.Extensions.OfType<X509KeyUsageExtension>()).KeyUsages);
        Assert.Equal("1.2.840.10045.3.1.7", certificate.GetECDsaPublicKey()!.ExportParameters(false).Curve.Oid.Value);
        Assert.True(certificate.NotAfter - certificate.NotBefore <= TimeSpan.FromDays(731));
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("portal.localhost")]
    [InlineData("3000-k7f2qdm4x9ta.localhost")]
    [InlineData("web.my-app.localhost")]
    [InlineData("web--my-app.localhost")]
    [InlineData("xn--bcher-kva.localhost")]
    [InlineData("a.b.c.d.localhost")]
    public void Issue_NameBeneathTheBase_IsTrusted(string name)
    {
        using var authority = LoadOrCreate(Local);
        using var leaf = Issue(authority, name);

        Assert.True(IsTrusted(leaf, authority.Certificate, out var faults), faults);
        Assert.True(leaf.MatchesHostname(name, allowWildcards: false, allowCommonName: false));
        Assert.False(leaf.MatchesHostname("x" + name, allowWildcards: true, allowCommonName: true));
        Assert.True(leaf.HasPrivateKey);
    }

    [Fact]
    public void Issue_Leaf_HasItsOwnKeyAndNoRightToSign()
    {
        using var authority = LoadOrCreate(Local);
        using var one = Issue(authority, "a.localhost");
        using var other = Issue(authority, "b.localhost");

        Assert.NotEqual(one.GetPublicKeyString(), other.GetPublicKeyString());
        Assert.NotEqual(one.SerialNumber, other.SerialNumber);
        Assert.False(Assert.Single(one.Extensions.OfType<X509BasicConstraintsExtension>()).CertificateAuthority);
    }

    [Theory]
    [MemberData(nameof(Forgeries))]
    public void Authority_ForgedWithItsKey_IsNotTrusted(string _, Action<SubjectAlternativeNameBuilder> names)
    {
        using var authority = LoadOrCreate(Local);
        using var forged = Forge(authority, names);

        Assert.False(IsTrusted(forged, authority.Certificate, out var faults));
        Assert.NotEqual("", faults);
    }

    [Fact]
    public void Authority_SubordinateAuthority_IsNotTrusted()
    {
        using var authority = LoadOrCreate(Local);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Sub", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var signed = request.Create(authority.Certificate, _time.GetUtcNow(), _time.GetUtcNow().AddDays(1), [1]);
        using var sub = signed.CopyWithPrivateKey(key);
        using var leafKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("a.localhost");
        var leafRequest = new CertificateRequest("CN=a", leafKey, HashAlgorithmName.SHA256);
        leafRequest.CertificateExtensions.Add(names.Build());
        using var leaf = leafRequest.Create(sub, _time.GetUtcNow(), _time.GetUtcNow().AddDays(1), [2]);

        Assert.False(IsTrusted(leaf, authority.Certificate, out _, sub));
    }

    [OpenSslFact]
    public async Task OpenSsl_AgreesOnWhatIsTrusted()
    {
        using var authority = LoadOrCreate(Local, at: TimeProvider.System);
        var now = TimeProvider.System.GetUtcNow();
        using var good = authority.Issue("web.my-app.localhost", now.AddDays(-1), now.AddDays(7));
        using var bank = Forge(authority, names => names.AddDnsName("bank.com"), now);
        using var address = Forge(authority, names => names.AddIpAddress(IPAddress.Loopback), now);

        var (_, text) = await OpenSsl.RunAsync("x509", "-in", CertificatePath, "-noout", "-text");
        Assert.Contains("X509v3 Name Constraints: critical", text, StringComparison.Ordinal);
        Assert.Contains("DNS:localhost", text, StringComparison.Ordinal);
        Assert.Contains("IP:0.0.0.0/0.0.0.0", text, StringComparison.Ordinal);
        Assert.Contains("CA:TRUE, pathlen:0", text, StringComparison.Ordinal);
        Assert.Equal((0, ""), await VerifyAsync(good));
        Assert.Contains("permitted subtree violation", (await VerifyAsync(bank)).Fault, StringComparison.Ordinal);
        Assert.Contains("excluded subtree violation", (await VerifyAsync(address)).Fault, StringComparison.Ordinal);
    }

    public static TheoryData<string, Action<SubjectAlternativeNameBuilder>> Forgeries => new()
    {
        { "another domain", names => names.AddDnsName("bank.com") },
        { "a look-alike", names => names.AddDnsName("evillocalhost") },
        { "one of ours and another", names => { names.AddDnsName("a.localhost"); names.AddDnsName("bank.com"); } },
        { "an IPv4 address", names => names.AddIpAddress(IPAddress.Loopback) },
        { "an IPv6 address", names => names.AddIpAddress(IPAddress.IPv6Loopback) },
    };

    private CertificateAuthority LoadOrCreate(PublicAddress address, ILogger? logger = null, TimeProvider? at = null) =>
        CertificateAuthority.LoadOrCreate(Folder, address, at ?? _time, logger ?? NullLogger.Instance);

    private X509Certificate2 Issue(CertificateAuthority authority, string name) => authority.Issue(name, _time.GetUtcNow().AddDays(-1), _time.GetUtcNow().AddDays(7));

    private X509Certificate2 Forge(CertificateAuthority authority, Action<SubjectAlternativeNameBuilder> add, DateTimeOffset? at = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var names = new SubjectAlternativeNameBuilder();
        add(names);
        var request = new CertificateRequest("CN=forged", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(names.Build());
        var now = at ?? _time.GetUtcNow();
        return request.Create(authority.Certificate, now.AddHours(-1), now.AddDays(1), [7, 7]);
    }

    private bool IsTrusted(X509Certificate2 leaf, X509Certificate2 root, out string faults, params X509Certificate2[] extra)
    {
        using var publicRoot = X509CertificateLoader.LoadCertificate(root.RawData);
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = _time.GetUtcNow().UtcDateTime;
        chain.ChainPolicy.CustomTrustStore.Add(publicRoot);
        chain.ChainPolicy.ExtraStore.AddRange(extra);
        var trusted = chain.Build(leaf);
        faults = string.Join(' ', chain.ChainStatus.Select(status => status.StatusInformation));
        return trusted;
    }

    private async Task<(int ExitCode, string Fault)> VerifyAsync(X509Certificate2 leaf)
    {
        var path = _folder.File("leaf.crt");
        await File.WriteAllTextAsync(path, leaf.ExportCertificatePem());
        var (exitCode, output) = await OpenSsl.RunAsync("verify", "-purpose", "sslserver", "-x509_strict", "-CAfile", CertificatePath, path);
        return (exitCode, exitCode == 0 ? "" : output);
    }

    private void AssertWholePair(CertificateAuthority made)
    {
        using var onDisk = X509Certificate2.CreateFromPemFile(CertificatePath, KeyPath);
        Assert.Equal(made.Certificate.Thumbprint, onDisk.Thumbprint);
        Assert.Equal(["ca.crt", "ca.key"], Directory.GetFiles(Folder).Select(Path.GetFileName).Order());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyPath));
        using var leaf = Issue(made, "a.localhost");
        Assert.True(IsTrusted(leaf, onDisk, out var faults), faults);
    }
}
