using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using PortPortal.Engine.Common;
using PortPortal.Engine.Edge.Listener;
using PortPortal.Engine.Edge.Upstream;

namespace PortPortal.Engine.Edge;

/// <summary>Judges a request's shape before anything looks at what it wants: whose connection it is on, and whether two servers could read it differently.</summary>
/// <remarks>
/// Kestrel refuses by itself, and tests keep it so: two Host headers, a Host that differs from an absolute target, bare CR, folded lines, a space before the
/// colon, duplicate or listed Content-Length, any transfer coding that does not end in chunked, malformed chunks, HTTP/0.9 and 2.0 in text, and headers beyond
/// its limits. A sign before Content-Length (<c>+1</c>) and a bare LF after a line are gone without a trace once Kestrel has parsed them; they do no harm, because the
/// forwarder writes each message anew and never copies framing.
/// </remarks>
internal sealed class EdgeAdmission(PublicAddress address)
{
    private static readonly Refusal BadTarget = Refuse("The request target holds characters that servers read differently: # \\ space, controls or non-ASCII.");
    private static readonly Refusal BadHost = Refuse("The Host header is no host name.");
    private static readonly Refusal BadFraming = Refuse("The request says its length in two ways.");
    private static readonly Refusal BadExpectation = new(417, RefusalCodes.InvalidRequest, "The only expectation that can be met is 100-continue.");
    private static readonly Refusal BadMethod = new(405, RefusalCodes.MethodNotAllowed, "TRACE and CONNECT are not served here.");
    private static readonly Refusal Elsewhere = new(421, RefusalCodes.Misdirected, "This host name is not served on this connection.");

    public Admission Judge(HttpContext context)
    {
        var request = context.Request;

        // 1. Framing: one length, or chunks; no transfer coding in HTTP/1.0 (RFC 9112, section 6).
        if (FramingIsDoubtful(request))
        {
            return new(BadFraming);
        }

        // 2. Host: a DNS name with a port of ours.
        if (request.Headers.Host is not [{ } authority] || !EdgeName.TryParse(authority, out var name))
        {
            return new(request.Headers.Host is [['[', ..]] ? Elsewhere : BadHost);
        }

        if (name.Port is { } port && port != address.Port && port != context.Connection.LocalPort)
        {
            return new(Elsewhere);
        }

        // 3. Connection: the name in the TLS handshake is the name in the request, or the answer is on another connection.
        if (SiteOf(context, name.Host) is not { } site)
        {
            return new(Elsewhere);
        }

        // 4. Method and target.
        if (request.Method.Equals("TRACE", StringComparison.OrdinalIgnoreCase)
            || (request.Method.Equals("CONNECT", StringComparison.OrdinalIgnoreCase) && !WebSocketHandshake.IsRequested(context)))
        {
            return new(BadMethod);
        }

        var raw = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (raw is "*" && HttpMethods.IsOptions(request.Method))
        {
            return new(site, name.Host, AuthorityOf(authority, name), raw) { Port = PortOf(name) };
        }

        if (RequestTarget.Of(context) is not { } target || (raw is not ['/', ..] && !HasOwnScheme(raw, request.Scheme)))
        {
            return new(BadTarget);
        }

        // 5. Expectations (RFC 9110, section 10.1.1).
        if (request.Headers.Expect is { Count: > 0 } expect && (expect.Count > 1 || !string.Equals(expect[0], "100-continue", StringComparison.OrdinalIgnoreCase)))
        {
            return new(BadExpectation);
        }

        return new(site, name.Host, AuthorityOf(authority, name), target) { Port = PortOf(name) };
    }

    private int PortOf(in EdgeName name) => name.Port ?? address.Port;

    private static bool FramingIsDoubtful(HttpRequest request)
    {
        var coding = request.Headers.TransferEncoding;
        if (coding.Count == 0)
        {
            return false;
        }

        // Kestrel moves a Content-Length that came with a transfer coding out of the way, to X-Content-Length.
        return coding.Count > 1
            || !string.Equals(coding[0], "chunked", StringComparison.OrdinalIgnoreCase)
            || request.Headers.ContainsKey("X-Content-Length")
            || !HttpProtocol.IsHttp11(request.Protocol);
    }

    /// <remarks>A request that did not come through the edge's listener carries no stamp and belongs to nobody.</remarks>
    private EdgeSite? SiteOf(HttpContext context, string host) => context.Features.Get<EdgeConnection>()?.KindFor(host) switch
    {
        EdgeConnectionKind.Portal => EdgeSite.Portal,
        EdgeConnectionKind.App => string.Equals(host, address.BaseDomain, StringComparison.Ordinal) ? EdgeSite.Base : EdgeSite.App,
        _ => null,
    };

    private string AuthorityOf(string written, in EdgeName name)
    {
        var port = PortOf(name);
        if (port == 443)
        {
            return name.Host;
        }

        // As browsers write it, which costs no new string.
        return written.Length > name.Host.Length && written[name.Host.Length] == ':' && written.StartsWith(name.Host, StringComparison.Ordinal)
            ? written
            : string.Create(CultureInfo.InvariantCulture, $"{name.Host}:{port}");
    }

    private static bool HasOwnScheme(string target, string scheme) =>
        target.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) && target.AsSpan(scheme.Length).StartsWith("://", StringComparison.Ordinal);

    private static Refusal Refuse(string detail) => new(400, RefusalCodes.InvalidRequest, detail);
}

/// <summary>Whose request it is and what it asks for, or why it goes no further.</summary>
internal readonly record struct Admission
{
    public Admission(Refusal refusal) => (Refusal, Host, Authority, Target) = (refusal, "", "", "");

    public Admission(EdgeSite site, string host, string authority, string target) => (Site, Host, Authority, Target) = (site, host, authority, target);

    public Refusal? Refusal { get; }

    public EdgeSite Site { get; }

    /// <summary>Lower case, without port or trailing dot.</summary>
    public string Host { get; }

    /// <summary>The host with the port that the world sees, as it belongs into URLs.</summary>
    public string Authority { get; }

    /// <summary>The port of that.</summary>
    public int Port { get; init; }

    /// <summary>In origin form, byte for byte; <c>*</c> for OPTIONS of the server itself.</summary>
    public string Target { get; }
}

/// <summary>What a host name belongs to; what is on one never answers on another.</summary>
internal enum EdgeSite
{
    App,
    Base,
    Portal,
}
