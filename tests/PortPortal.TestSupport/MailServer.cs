using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace PortPortal.TestSupport;

/// <summary>A real SMTP server (npm <c>smtp-server</c>) that takes mail after STARTTLS and a log-in only.</summary>
public sealed class MailServer : IAsyncDisposable
{
    private const string User = "portportal";
    private const string Password = "letters to everyone";
    private readonly ChildProcess _child;
    private readonly TempDirectory _files;

    private MailServer(ChildProcess child, TempDirectory files, int port) => (_child, _files, Port) = (child, files, port);

    public int Port { get; }

    /// <summary>What the portal has to be started with.</summary>
    public string[] Settings =>
    [
        "--Smtp:Host=127.0.0.1", $"--Smtp:Port={Port.ToString(CultureInfo.InvariantCulture)}", "--Smtp:Security=StartTls",
        $"--Smtp:User={User}", $"--Smtp:Password={Password}", "--Smtp:From=portportal@lark.example",
    ];

    /// <summary>The variable that makes .NET trust this server's certificate, as an operator's own authority would be.</summary>
    public Dictionary<string, string?> Trust => new(StringComparer.Ordinal) { ["SSL_CERT_FILE"] = _files.File("smtp.crt") };

    public static async Task<MailServer> StartAsync()
    {
        var files = new TempDirectory();
        WriteCertificate(files);
        var (child, ready) = await NodeServer.StartAsync("smtp.mjs", "port ", files.File("smtp.key"), files.File("smtp.crt"), User, Password);
        return new(child, files, int.Parse(ready["port ".Length..], CultureInfo.InvariantCulture));
    }

    /// <summary>The latest mail to an address, once there are as many as that.</summary>
    public async Task<JsonElement> MailToAsync(string address, int count = 1)
    {
        IReadOnlyList<JsonElement> mails = [];
        await Eventually.TrueAsync(
            () =>
            {
                mails = [.. MailsTo(address)];
                return mails.Count >= count;
            },
            $"mail {count} to {address} arrives");
        return mails[count - 1];
    }

    public IEnumerable<JsonElement> MailsTo(string address) =>
        from line in _child.Output.Split('\n')
        where line.StartsWith('{')
        let mail = JsonElement.Parse(line)
        where mail.GetProperty("to").EnumerateArray().Any(to => to.GetString() == address)
        select mail;

    public async ValueTask DisposeAsync()
    {
        await _child.DisposeAsync();
        _files.Dispose();
    }

    private static void WriteCertificate(TempDirectory files)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=smtp.test", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddHours(-1), now.AddDays(1));
        File.WriteAllText(files.File("smtp.crt"), certificate.ExportCertificatePem());
        File.WriteAllText(files.File("smtp.key"), key.ExportPkcs8PrivateKeyPem());
    }
}
