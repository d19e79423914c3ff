using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace PortPortal.Engine.Edge.Upstream;

/// <summary>Which headers the app gets: the visitor's own as they came, without what is ours or could pose as ours, then ours.</summary>
/// <remarks>
/// The visitor's Connection tokens are worked off before anything of ours is set, so they cannot take it away again.
/// Framing (Content-Length, Transfer-Encoding, Expect, Upgrade) is not decided here: the caller writes what it really sends.
/// Values are Latin-1, one character a byte: the listener must read headers that way.
/// </remarks>
internal static class RequestHeaderPolicy
{
    /// <summary>One edge is one hop; a request that came round this often is in a loop (RFC 8586).</summary>
    private const int MostHops = 5;

    private const string LoopToken = "portportal";

    public static void Write<TSink>(HttpRequest request, UpstreamServer server, ForwardedVisitor visitor, ref TSink sink)
        where TSink : struct, IHeaderSink, allows ref struct
    {
        sink.Add("Host", server.HostHeader ?? visitor.Host);
        var hop = new HopByHop(request.Headers.Connection);
        foreach (var (name, values) in request.Headers)
        {
            if (Drops(name) || hop.Contains(name) || SpoofableHeaders.Contains(name))
            {
                continue;
            }

            if (name.Equals("Cookie", StringComparison.OrdinalIgnoreCase))
            {
                WriteCookies(request, values, ref sink);
                continue;
            }

            var isAuthorization = name.Equals("Authorization", StringComparison.OrdinalIgnoreCase);
            foreach (var value in values)
            {
                if (value is not null && !(isAuthorization && IsOurApiKey(value)))
                {
                    sink.Add(name, value);
                }
            }
        }

        if (HopByHop.HasToken(request.Headers.TE, "trailers"))
        {
            sink.Add("TE", "trailers");
        }

        WriteOurs(request.Headers["CDN-Loop"], visitor, ref sink);
    }

    public static bool IsLooping(HttpRequest request)
    {
        var hops = 0;
        foreach (var value in request.Headers["CDN-Loop"])
        {
            foreach (var range in value.AsSpan().Split(','))
            {
                hops += value.AsSpan()[range].Trim(" \t").Equals(LoopToken, StringComparison.OrdinalIgnoreCase) ? 1 : 0;
            }
        }

        return hops >= MostHops;
    }

    /// <summary>True for a trailer the app may get: none that would mean something else as a header (RFC 9110 section 6.5.1).</summary>
    public static bool PassesTrailer(string name) =>
        !Drops(name) && !HopByHop.IsFixed(name) && !SpoofableHeaders.Contains(name)
        && !name.Equals("Cookie", StringComparison.OrdinalIgnoreCase) && !name.Equals("Authorization", StringComparison.OrdinalIgnoreCase);

    private static void WriteOurs<TSink>(StringValues loop, ForwardedVisitor visitor, ref TSink sink)
        where TSink : struct, IHeaderSink, allows ref struct
    {
        sink.Add("X-Forwarded-For", (visitor.Address.IsIPv4MappedToIPv6 ? visitor.Address.MapToIPv4() : visitor.Address).ToString());
        sink.Add("X-Forwarded-Proto", visitor.Scheme);
        sink.Add("X-Forwarded-Host", visitor.Host);
        sink.Add("CDN-Loop", loop.Count == 0 ? LoopToken : $"{loop}, {LoopToken}");
        if (visitor.Identity is not { } identity)
        {
            return;
        }

        sink.Add("Remote-User", HeaderText(identity.User));
        if (identity.Email is not null)
        {
            sink.Add("Remote-Email", HeaderText(identity.Email));
        }

        if (identity.Name is not null)
        {
            sink.Add("Remote-Name", HeaderText(identity.Name));
        }
    }

    /// <summary>HTTP/2 clients split the Cookie header into crumbs; HTTP/1.1 knows one line only (RFC 9113 section 8.2.3).</summary>
    private static void WriteCookies<TSink>(HttpRequest request, StringValues values, ref TSink sink)
        where TSink : struct, IHeaderSink, allows ref struct
    {
        if (values.Count > 1 && HttpProtocol.IsHttp2(request.Protocol))
        {
            values = string.Join("; ", values.ToArray());
        }

        foreach (var value in values)
        {
            var kept = ReservedCookies.Remove(value ?? "");
            if (kept.Length > 0)
            {
                sink.Add("Cookie", kept);
            }
        }
    }

    private static bool Drops(string name) =>
        name.StartsWith(':')
        || name.Equals("Host", StringComparison.OrdinalIgnoreCase)
        || name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)
        || name.Equals("Expect", StringComparison.OrdinalIgnoreCase)
        || name.Equals("CDN-Loop", StringComparison.OrdinalIgnoreCase);

    private static bool IsOurApiKey(ReadOnlySpan<char> authorization)
    {
        var credentials = authorization.Trim(" \t");
        return credentials.StartsWith("Bearer", StringComparison.OrdinalIgnoreCase)
            && credentials["Bearer".Length..].TrimStart(" \t").StartsWith("pp_", StringComparison.Ordinal);
    }

    /// <summary>Names outside ASCII travel as their UTF-8 bytes, which is what apps behind other proxies expect; control characters become spaces.</summary>
    private static string HeaderText(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            return text;
        }

        var clean = string.Create(text.Length, text, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = char.IsControl(source[i]) ? ' ' : source[i];
            }
        });
        return Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(clean));
    }
}

/// <summary>Takes headers one line at a time.</summary>
internal interface IHeaderSink
{
    /// <param name="value">Latin-1: one character a byte.</param>
    void Add(string name, string value);
}
