using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.Logging;
using PortPortal.Engine.Common;

namespace PortPortal.Engine.Certificates;

/// <summary>One certificate from files for every name, looked at every two seconds; a broken file leaves the last good one in force.</summary>
/// <remarks>It reads the files instead of watching the folder: renewals swap symbolic links and mounts, which no watcher sees.</remarks>
internal sealed partial class GivenCertificate : CertificateSource, IDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan WarnBefore = TimeSpan.FromDays(14);

    private readonly CertificateOptions _options;
    private readonly PublicAddress _address;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private readonly Lock _looking = new();
    private volatile Served _served; // readers share it; swapped whole under _looking
    private string _settled; // under _looking; print of the files that are in force or were reported as broken
    private string _lastLook = ""; // under _looking; print of the files at the last look
    private DateTime _warnedOn; // under _looking

    public GivenCertificate(CertificateOptions options, PublicAddress address, TimeProvider time, ILogger<GivenCertificate> logger)
    {
        (_options, _address, _time, _logger) = (options, address, time, logger);
        var loaded = PemCertificate.Load(options.CertificatePath, options.KeyPath);
        if (loaded.Certificate is null || loaded.Context is null)
        {
            throw new InvalidDataException($"The certificate {options.CertificatePath} cannot be served: {loaded.Fault}.");
        }

        _settled = Read().Print;
        _served = new(loaded.Certificate, loaded.Context, null);
        WarnOfNames(loaded.Certificate);
        _timer = time.CreateTimer(_ => Look(), null, LookEvery, LookEvery);
    }

    public override CertificateStatus Status => new(true, _options.CertificatePath, _served.Certificate.Subject, new DateTimeOffset(_served.Certificate.NotAfter), _served.Fault);

    public override SslStreamCertificateContext? Find(string name, IPAddress? peer) => _served.Context;

    public void Dispose() => _timer.Dispose();

    /// <summary>Takes the files as they are now, where they have changed and are whole.</summary>
    /// <remarks>Files that are broken are believed at the second look only: the first may have met them half written.</remarks>
    internal void Look()
    {
        lock (_looking)
        {
            var files = Read();
            if (files.Print != _settled)
            {
                var loaded = files.Fault is null ? PemCertificate.Parse(files.CertificatePem, files.KeyPem) : new(null, null, files.Fault);
                if (loaded is { Certificate: not null, Context: not null })
                {
                    Take(loaded.Certificate, loaded.Context);
                    _settled = files.Print;
                }
                else if (files.Print == _lastLook)
                {
                    _served = _served with { Fault = loaded.Fault };
                    Log.Broken(_logger, _options.CertificatePath, loaded.Fault ?? "");
                    _settled = files.Print;
                }
            }

            _lastLook = files.Print;
            WarnOfTheEnd();
        }
    }

    private void Take(X509Certificate2 certificate, SslStreamCertificateContext context)
    {
        _served = new(certificate, context, null);
        Log.Reloaded(_logger, _options.CertificatePath, certificate.NotAfter.ToUniversalTime());
        WarnOfNames(certificate);
    }

    private Files Read()
    {
        try
        {
            var (certificatePem, keyPem) = (File.ReadAllText(_options.CertificatePath), File.ReadAllText(_options.KeyPath));
            return new(certificatePem, keyPem, Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(certificatePem + keyPem))), null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new("", "", exception.Message, exception.Message.TrimEnd('.'));
        }
    }

    private void WarnOfNames(X509Certificate2 certificate)
    {
        foreach (var name in new[] { _address.PortalHost, $"3000-abcdefghijkl.{_address.BaseDomain}" })
        {
            if (!certificate.MatchesHostname(name))
            {
                Log.NotForName(_logger, _options.CertificatePath, name);
            }
        }
    }

    private void WarnOfTheEnd()
    {
        var now = _time.GetUtcNow().UtcDateTime;
        var notAfter = _served.Certificate.NotAfter.ToUniversalTime();
        if (_warnedOn != now.Date && notAfter - now < WarnBefore)
        {
            _warnedOn = now.Date;
            Log.Ends(_logger, _options.CertificatePath, notAfter);
        }
    }

    private sealed record Files(string CertificatePem, string KeyPem, string Print, string? Fault);

    private sealed record Served(X509Certificate2 Certificate, SslStreamCertificateContext Context, string? Fault);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "The certificate {Path} was reloaded; it is valid until {NotAfter:yyyy-MM-dd}.")]
        public static partial void Reloaded(ILogger logger, string path, DateTime notAfter);

        [LoggerMessage(LogLevel.Error, "The certificate {Path} was changed but cannot be served: {Reason}. The last good one stays in force.")]
        public static partial void Broken(ILogger logger, string path, string reason);

        [LoggerMessage(LogLevel.Warning, "The certificate {Path} is not valid for names such as {Name}; browsers will refuse those.")]
        public static partial void NotForName(ILogger logger, string path, string name);

        [LoggerMessage(LogLevel.Warning, "The certificate {Path} ends on {NotAfter:yyyy-MM-dd}. Replace it; PortPortal takes the new one up by itself.")]
        public static partial void Ends(ILogger logger, string path, DateTime notAfter);
    }
}
