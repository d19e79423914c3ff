using System.Globalization;
using PortPortal.Engine.Common;

namespace PortPortal.Engine.Exposures;

/// <summary>What a host name under the base domain stands for: pure grammar, one reading per name.</summary>
/// <remarks>
/// A label that begins with a port and a hyphen is read as <c>{port}-{session}</c>, never as <c>{session}-{port}</c>: the canonical
/// form wins, so that nobody can name a session to stand in front of another's port.
/// </remarks>
public abstract record ExposureHostname
{
    internal const string PreviewLabel = "preview";

    private ExposureHostname()
    {
    }

    /// <summary><c>{port}-{session}.{base}</c> and its alias <c>{session}-{port}.{base}</c>; the session by id or by name.</summary>
    public sealed record OfPort(string Session, int Port) : ExposureHostname;

    /// <summary><c>{endpoint}.{name}.{base}</c> and <c>{endpoint}--{name}.{base}</c>.</summary>
    public sealed record OfEndpoint(string Endpoint, string Session) : ExposureHostname;

    /// <summary><c>{token}.preview.{base}</c>.</summary>
    public sealed record OfPreview(string Token) : ExposureHostname;

    /// <summary><c>{name}.{base}</c>: the index of one session.</summary>
    public sealed record OfSession(string Session) : ExposureHostname;

    /// <summary>Reads a host name, lower case and without port; null where it stands for nothing under <paramref name="baseDomain"/>.</summary>
    public static ExposureHostname? TryParse(ReadOnlySpan<char> host, ReadOnlySpan<char> baseDomain)
    {
        if (host.Length <= baseDomain.Length + 1 || !host.EndsWith(baseDomain, StringComparison.Ordinal) || host[^(baseDomain.Length + 1)] != '.')
        {
            return null;
        }

        var name = host[..^(baseDomain.Length + 1)];
        var dot = name.IndexOf('.');
        if (dot < 0)
        {
            return OneLabel(name);
        }

        var first = name[..dot];
        var second = name[(dot + 1)..];
        if (!DnsLabel.IsWellFormed(first) || !DnsLabel.IsWellFormed(second))
        {
            return null;
        }

        return second.SequenceEqual(PreviewLabel) ? new OfPreview(first.ToString()) : new OfEndpoint(first.ToString(), second.ToString());
    }

    /// <summary>The host name that links and QR codes carry.</summary>
    /// <param name="endpoint">The exposure's own name, or null.</param>
    public static string Canonical(PublicAddress address, string sessionId, string sessionName, int port, string? endpoint)
    {
        var named = sessionName != sessionId;
        return endpoint is not null && named && address.IsLocal
            ? $"{endpoint}.{sessionName}.{address.BaseDomain}"
            : string.Create(CultureInfo.InvariantCulture, $"{port}-{sessionId}.{address.BaseDomain}");
    }

    private static ExposureHostname? OneLabel(ReadOnlySpan<char> label)
    {
        if (label.Length > DnsLabel.MaxLength)
        {
            return null;
        }

        var pair = label.IndexOf("--", StringComparison.Ordinal);
        if (pair >= 0)
        {
            var endpoint = label[..pair];
            var name = label[(pair + 2)..];
            return DnsLabel.IsWellFormed(endpoint) && DnsLabel.IsWellFormed(name) ? new OfEndpoint(endpoint.ToString(), name.ToString()) : null;
        }

        if (!DnsLabel.IsWellFormed(label))
        {
            return null;
        }

        var firstHyphen = label.IndexOf('-');
        if (firstHyphen > 0 && TryPort(label[..firstHyphen], out var port))
        {
            return new OfPort(label[(firstHyphen + 1)..].ToString(), port);
        }

        var lastHyphen = label.LastIndexOf('-');
        return lastHyphen > 0 && TryPort(label[(lastHyphen + 1)..], out port)
            ? new OfPort(label[..lastHyphen].ToString(), port)
            : new OfSession(label.ToString());
    }

    private static bool TryPort(ReadOnlySpan<char> digits, out int port)
    {
        port = 0;
        return digits.Length is > 0 and <= 5
            && digits[0] != '0'
            && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out port)
            && port is >= 1 and <= 65535;
    }
}
