using System.Net;
using System.Net.Security;
using System.Runtime.Versioning;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using PortPortal.Engine.Edge.Listener;
using PortPortal.TestSupport;
using PortPortal.Tests.Certificates;

namespace PortPortal.Tests.Edge.Listener;

[UnsupportedOSPlatform("windows")] // suites of TLS are chosen
public sealed class EdgeListenerTests : IAsyncLifetime
{
    private RunningEdge _edge = null!;

    public async Task InitializeAsync() => _edge = await RunningEdge.StartAsync();

    public async Task DisposeAsync() => await _edge.DisposeAsync();

    [Theory]
    [InlineData("portal.localhost", "Portal")]
    [InlineData("localhost", "App")]
    [InlineData("3000-k7f2qdm4x9ta.localhost", "App")]
    [InlineData("web.my-app.localhost", "App")]
    public async Task M12_Https_NameOfOurs_IsTrustedAndStamped(string host, string kind)
    {
        var stamp = await _edge.StampAsync(host);

        Assert.Equal(new Stamp(true, true, host, kind, kind, "HTTP/1.1", "https", ""), stamp);
    }

    [Fact]
    public async Task Https_Http2_IsStamped()
    {
        var stamp = await _edge.StampAsync("web.my-app.localhost", HttpVersion.Version20);

        Assert.Equal(new Stamp(true, true, "web.my-app.localhost", "App", "App", "HTTP/2", "https", ""), stamp);
    }

    [Fact]
    public async Task B11_Https_HostOfAnotherName_IsUnknownToTheConnection()
    {
        await using var tls = await _edge.ConnectTlsAsync("evil.localhost");
        var answer = await RunningEdge.ExchangeAsync(tls, "GET / HTTP/1.1\r\nHost: portal.localhost\r\nConnection: close\r\n\r\n");

        Assert.Contains("\"serverName\":\"evil.localhost\",\"kind\":\"App\",\"kindForHost\":\"Unknown\"", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task M15_PlainHttp_SamePort_IsStampedByHost()
    {
        await using var connection = await _edge.ConnectAsync();
        var answer = await RunningEdge.ExchangeAsync(
            connection,
            "GET / HTTP/1.1\r\nHost: web.my-app.localhost:8443\r\n\r\nGET / HTTP/1.1\r\nHost: portal.localhost\r\n\r\nGET / HTTP/1.1\r\nHost: bank.com\r\nConnection: close\r\n\r\n");

        Assert.Contains("\"isTls\":false,\"serverName\":null,\"kind\":\"Unknown\",\"kindForHost\":\"App\",\"protocol\":\"HTTP/1.1\",\"scheme\":\"http\"", answer, StringComparison.Ordinal);
        Assert.Contains("\"kindForHost\":\"Portal\"", answer, StringComparison.Ordinal);
        Assert.Contains("\"kindForHost\":\"Unknown\"", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PlainHttp_ByteByByte_IsServed()
    {
        await using var connection = await _edge.ConnectAsync();
        foreach (var letter in "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r")
        {
            await connection.WriteAsync(new[] { (byte)letter });
        }

        Assert.StartsWith("HTTP/1.1 200", await RunningEdge.ExchangeAsync(connection, "\n"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bank.com")]
    [InlineData("localhost.bank.com")]
    [InlineData("a_b.localhost")]
    public async Task Https_ForeignName_IsRefusedWithAnAlert(string name)
    {
        var refused = await Assert.ThrowsAsync<AuthenticationException>(() => _edge.ConnectTlsAsync(name));

        Assert.Contains("unrecognized name", refused.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("")]
    public async Task B11_Https_NoName_IsRefusedAndThePortLivesOn(string target)
    {
        await Assert.ThrowsAsync<AuthenticationException>(() => _edge.ConnectTlsAsync(target)); // .NET sends no SNI for an address

        Assert.True((await _edge.StampAsync("localhost")).Stamped);
    }

    [OpenSslFact]
    public async Task OpenSsl_NoName_SeesTheAlert()
    {
        var (exitCode, output) = await OpenSsl.RunAsync("s_client", "-connect", $"127.0.0.1:{_edge.Port}", "-noservername");

        Assert.NotEqual(0, exitCode);
        Assert.Contains("unrecognized name", output, StringComparison.Ordinal);
    }

    [OpenSslFact]
    public async Task OpenSsl_SecondHandshake_ResumesTheSession()
    {
        using var folder = new TempDirectory();
        var session = folder.File("session");
        string[] common = ["s_client", "-connect", $"127.0.0.1:{_edge.Port}", "-servername", "web.my-app.localhost"];
        const string Request = "GET / HTTP/1.1\r\nHost: web.my-app.localhost\r\nConnection: close\r\n\r\n";

        var first = await OpenSsl.AskAsync(Request, [.. common, "-ign_eof", "-sess_out", session]);
        var second = await OpenSsl.AskAsync(Request, [.. common, "-ign_eof", "-sess_in", session]);

        Assert.Contains("New, TLSv1.3", first.Output, StringComparison.Ordinal);
        Assert.Contains("Reused, TLSv1.3", second.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task D14_Https_HelloInManyPackets_IsRoutedTheSame()
    {
        await using var tls = await _edge.ConnectTlsAsync("web.my-app.localhost", new FragmentingStream(await _edge.ConnectAsync(), recordSize: null, packetSize: 7));

        Assert.Contains("\"serverName\":\"web.my-app.localhost\"", await GetAsync(tls, "web.my-app.localhost"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(20)]
    [InlineData(1)]
    public async Task D14_Https_HelloInManyRecords_IsRoutedTheSameOrRefused(int recordSize)
    {
        var fragments = new FragmentingStream(await _edge.ConnectAsync(), recordSize, packetSize: null);
        if (recordSize == 1)
        {
            await Assert.ThrowsAnyAsync<Exception>(() => _edge.ConnectTlsAsync("web.my-app.localhost", fragments));
            Assert.True(fragments.Records > 32);
            return;
        }

        await using var tls = await _edge.ConnectTlsAsync("web.my-app.localhost", fragments);

        Assert.True(fragments.Records > 1);
        Assert.Contains("\"serverName\":\"web.my-app.localhost\",\"kind\":\"App\"", await GetAsync(tls, "web.my-app.localhost"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Https_ForeignNameInManyRecords_IsRefused() =>
        await Assert.ThrowsAsync<AuthenticationException>(async () => await _edge.ConnectTlsAsync("bank.com", new FragmentingStream(await _edge.ConnectAsync(), 50, null)));

    [Theory]
    [InlineData("\x16\x03\x01\x00\x00")] // an empty record
    [InlineData("\x16\x02\x00\x00\x20")] // not TLS after all
    [InlineData("\x16\x03\x01\xff\xff")] // longer than a record may be
    [InlineData("\x16GET / HTTP/1.1\r\n\r\n")]
    public async Task Https_NoHello_IsClosed(string bytes)
    {
        await using var connection = await _edge.ConnectAsync();

        Assert.Equal("", await RunningEdge.ExchangeAsync(connection, bytes.PadRight(20, '\0')));
    }

    [Fact]
    public async Task I4_Https_Tls12_TakesAuthenticatedSuitesOnly()
    {
        await using var tls = await _edge.ConnectTlsAsync("a.localhost", protocols: SslProtocols.Tls12);
        Assert.Equal(SslProtocols.Tls12, tls.SslProtocol);
        Assert.Contains("GCM", tls.NegotiatedCipherSuite.ToString(), StringComparison.Ordinal);

        await Assert.ThrowsAsync<AuthenticationException>(() => _edge.ConnectTlsAsync(
            "a.localhost",
            protocols: SslProtocols.Tls12,
            suites: new CipherSuitesPolicy([TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256])));
    }

    [Fact]
    public async Task I4_Https_Tls13_IsPreferred()
    {
        await using var tls = await _edge.ConnectTlsAsync("a.localhost");

        Assert.Equal(SslProtocols.Tls13, tls.SslProtocol);
    }

    [OpenSslFact]
    public async Task I4_OpenSsl_Tls11_IsRefused()
    {
        var (exitCode, _) = await OpenSsl.RunAsync("s_client", "-connect", $"127.0.0.1:{_edge.Port}", "-servername", "a.localhost", "-tls1_1", "-cipher", "ALL:@SECLEVEL=0");

        Assert.NotEqual(0, exitCode);
    }

    [Fact]
    public async Task A8_PlainHttp_BytesThatAreNoUtf8_Arrive()
    {
        await using var connection = await _edge.ConnectAsync();
        var answer = await RunningEdge.ExchangeAsync(connection, "GET / HTTP/1.1\r\nHost: localhost\r\nX-Bytes: \u00c3\u00a9\u00ff\r\nConnection: close\r\n\r\n");

        Assert.Contains("\"bytes\":\"c3a9ff\"", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Body_BeyondThePortalsLimit_IsRefused()
    {
        await using var connection = await _edge.ConnectAsync();
        var answer = await RunningEdge.ExchangeAsync(
            connection,
            $"POST / HTTP/1.1\r\nHost: portal.localhost\r\nX-Read-Body: 1\r\nContent-Length: {EdgeListener.MaxPortalBody + 1}\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 413", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Https_GivenCertificate_IsServedForEveryName()
    {
        using var folder = new TempDirectory();
        var now = TimeProvider.System.GetUtcNow();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var given = new CertificateRequest("CN=given", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(60));
        var (certificatePath, keyPath) = (folder.File("tls.crt"), folder.File("tls.key"));
        await File.WriteAllTextAsync(certificatePath, given.ExportCertificatePem());
        await File.WriteAllTextAsync(keyPath, key.ExportECPrivateKeyPem());
        await using var edge = await RunningEdge.StartAsync(("Certificates:CertificatePath", certificatePath), ("Certificates:KeyPath", keyPath), ("Edge:UnsafePreferInlineScheduling", "true"));

        foreach (var name in new[] { "portal.localhost", "web.my-app.localhost" })
        {
            await using var tls = new SslStream(await edge.ConnectAsync(), false, (_, served, _, _) => served?.GetSerialNumberString() == given.SerialNumber);
            await tls.AuthenticateAsClientAsync(name).WaitAsync(RunningEdge.Deadline);

            Assert.Contains("\"stamped\":true", await GetAsync(tls, name), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void D16_Kestrel_HasEveryLimit()
    {
        var limits = _edge.App.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits;

        Assert.Equal(TimeSpan.FromSeconds(10), limits.RequestHeadersTimeout);
        Assert.Equal(100, limits.Http2.MaxStreamsPerConnection);
        Assert.InRange(limits.MaxConcurrentUpgradedConnections!.Value, 1, DescriptorLimit.MaxConnections - 1);
        Assert.InRange(limits.Http2.KeepAlivePingDelay + limits.Http2.KeepAlivePingTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
    }

    private static Task<string> GetAsync(SslStream tls, string host) => RunningEdge.ExchangeAsync(tls, $"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
}
