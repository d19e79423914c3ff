using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using PortPortal.Engine.Access;
using PortPortal.Engine.Common;
using PortPortal.Engine.Edge.Pages;
using PortPortal.Engine.Exposures;
using PortPortal.Tests.Edge.Upstream;

namespace PortPortal.Tests.Edge;

public sealed partial class EdgePagesTests
{
    private static readonly ExposureStatus Exposure = EdgeWorld.NewExposure("my-app", 3000, new IPEndPoint(IPAddress.Parse("10.0.0.7"), 3000));

    /// <summary>Every page with its status, code and Retry-After.</summary>
    public static TheoryData<string, int, string, int?> Pages => new()
    {
        { "NotFound", 404, "not_found", null },
        { "Draining", 503, "draining", 5 },
        { "SignIn", 401, "sign_in_required", null },
        { "Denied", 403, "not_on_list", null },
        { "NotAllowed", 403, "not_allowed", null },
        { "Paused", 503, "session_paused", 10 },
        { "Waiting", 503, "not_listening", 3 },
        { "Unreachable", 503, "node_unreachable", 5 },
        { "Ended", 410, "ended", null },
        { "UpstreamFailed", 502, "upstream_failed", null },
        { "UpstreamTimeout", 504, "upstream_timeout", null },
        { "Misdirected", 421, "misdirected", null },
    };

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Page_ForABrowser_IsSmallStaticAndNeverKept(string name, int status, string code, int? retryAfter)
    {
        var (response, body) = await WriteAsync(Page(name), html: true);

        Assert.NotNull(code);
        Assert.Equal(status, response.StatusCode);
        Assert.Equal("text/html; charset=utf-8", response.ContentType);
        Assert.True(body.Length < 20_000, $"{body.Length} bytes");
        Assert.Equal("no-store", response.Headers.CacheControl);
        Assert.Equal("noindex", response.Headers["X-Robots-Tag"]);
        Assert.Equal("nosniff", response.Headers.XContentTypeOptions);
        Assert.Equal("no-referrer", response.Headers["Referrer-Policy"]);
        Assert.Equal(retryAfter?.ToString(CultureInfo.InvariantCulture) ?? "", response.Headers.RetryAfter.ToString());
        Assert.Equal(retryAfter is not null, body.Contains($"""<noscript><meta http-equiv="refresh" content="{retryAfter}"></noscript>""", StringComparison.Ordinal));
        Assert.False(response.Headers.ContainsKey("Set-Cookie"));
        AssertScript(response, body, waits: retryAfter is not null);
        Assert.DoesNotMatch(StyleAttribute(), body);
        Assert.Single(Heading().Matches(body));
        Assert.Contains("""<html lang="en">""", body, StringComparison.Ordinal);
        Assert.Contains("3000-my-app.edge.test", body, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Page_ForEverythingElse_IsAProblemWithTheSameStatus(string name, int status, string code, int? retryAfter)
    {
        var (response, body) = await WriteAsync(Page(name), html: false);

        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/problem+json", response.ContentType);
        Assert.Equal(retryAfter?.ToString(CultureInfo.InvariantCulture) ?? "", response.Headers.RetryAfter.ToString());
        using var problem = System.Text.Json.JsonDocument.Parse(body);
        Assert.Equal(status, problem.RootElement.GetProperty("status").GetInt32());
        Assert.Equal(code, problem.RootElement.GetProperty("code").GetString());
        Assert.EndsWith(".", problem.RootElement.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A13_ContentPolicy_AllowsTheOneStyleSheetByItsHashAndNothingElse()
    {
        var (response, body) = await WriteAsync(EdgePages.NotFound, html: true);
        var style = Style().Match(body).Groups[1].Value;
        var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style)));

        Assert.Equal($"default-src 'none'; style-src 'sha256-{hash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'", response.Headers.ContentSecurityPolicy);
        Assert.Contains("prefers-color-scheme:dark", style, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_ForWhoAsksForPlainText_IsOneLineWithTheCode()
    {
        var context = new DefaultHttpContext();
        using var body = new MemoryStream();
        context.Response.Body = body;
        context.Request.Headers.Accept = "text/plain, */*;q=0.1";

        await PageWriter.WriteAsync(context, EdgePages.Paused(3000), "3000-my-app.edge.test");

        Assert.Equal(503, context.Response.StatusCode);
        Assert.Equal("text/plain; charset=utf-8", context.Response.ContentType);
        Assert.Equal("10", context.Response.Headers.RetryAfter.ToString());
        Assert.Matches("^[^\n]+ \\(session_paused\\)\n$", Encoding.UTF8.GetString(body.ToArray()));
    }

    [Fact]
    public async Task Text_FromOutside_IsEncoded()
    {
        var (_, body) = await WriteAsync(EdgePages.Denied(3000, "<img src=x onerror=alert(1)>"), html: true);

        Assert.DoesNotContain("<img", body, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("&lt;img", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("navigate", "*/*", null, true)]
    [InlineData("cors", "text/html", null, false)]
    [InlineData("no-cors", "text/html", null, false)]
    [InlineData("websocket", "text/html", null, false)]
    [InlineData(null, "text/html,application/xhtml+xml", null, true)]
    [InlineData(null, "application/json", null, false)]
    [InlineData(null, "*/*", null, false)]
    [InlineData(null, null, null, false)]
    [InlineData("navigate", "text/html", "websocket", false)]
    public void C10_WantsHtml_OnlyWhereSomebodyLooks(string? mode, string? accept, string? upgrade, bool expected)
    {
        var context = new DefaultHttpContext();
        context.Request.Method = "GET";
        Set("Sec-Fetch-Mode", mode);
        Set("Accept", accept);
        Set("Upgrade", upgrade);

        Assert.Equal(expected, Navigation.WantsHtml(context));

        void Set(string name, string? value)
        {
            if (value is not null)
            {
                context.Request.Headers[name] = value;
            }
        }
    }

    [Fact]
    public async Task Paused_IsTheAnswerOnlyAfterTheGate()
    {
        await using var edge = await EdgeWorld.StartAsync();
        await using var upstream = OddUpstream.Echo();
        var open = edge.Expose(upstream.EndPoint, AccessMode.Public, exposure => exposure with { State = ExposureState.Paused });
        var gated = edge.Expose(upstream.EndPoint, AccessMode.Sso, exposure => exposure with { State = ExposureState.Paused });
        using var client = edge.NewClient();

        Assert.Equal("session_paused", await CodeAsync(client, edge.UrlOf(open)));
        Assert.Equal("sign_in_required", await CodeAsync(client, edge.UrlOf(gated)));
        Assert.Equal(0, upstream.Connections);
    }

    [Fact]
    public async Task R11_NothingListening_IsSaidAtOnceAndTheAppIsShownAsSoonAsItListens()
    {
        await using var edge = await EdgeWorld.StartAsync();
        using var reserved = new TcpListener(IPAddress.Loopback, 0);
        reserved.Start();
        var target = (IPEndPoint)reserved.LocalEndpoint;
        reserved.Stop();
        var exposure = edge.Expose(target);
        using var client = edge.NewClient();

        Assert.Equal("not_listening", await CodeAsync(client, edge.UrlOf(exposure)));

        using var listener = new TcpListener(target);
        listener.Start();
        var serving = Task.Run(async () =>
        {
            using var connection = await listener.AcceptTcpClientAsync();
            await connection.GetStream().WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"u8.ToArray());
            await Task.Delay(200);
        });
        Assert.Equal("ok", await client.GetStringAsync(edge.UrlOf(exposure)).Within());
        await serving.Within();
    }

    [Fact]
    public async Task R12_AppThatBreaksOff_IsA502()
    {
        await using var edge = await EdgeWorld.StartAsync();
        await using var upstream = new OddUpstream(async connection =>
        {
            await connection.ReadHeadAsync();
            connection.Reset();
        });
        using var client = edge.NewClient();

        Assert.Equal("upstream_failed", await CodeAsync(client, edge.UrlOf(edge.Expose(upstream.EndPoint))));
    }

    [Theory]
    [InlineData("3000-absent.edge.test")]
    [InlineData("absent.edge.test")]
    [InlineData("web.absent.edge.test")]
    [InlineData("a-b.edge.test")]
    public async Task S31_HostsThatStandForNothing_AllLookTheSame(string host)
    {
        await using var edge = await EdgeWorld.StartAsync();

        var answer = await edge.RawAsync(host, $"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 404", answer, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"not_found\"", answer, StringComparison.Ordinal);
    }

    internal static async Task<string?> CodeAsync(HttpClient client, string url)
    {
        using var answer = await client.GetAsync(url).Within();
        using var problem = System.Text.Json.JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return problem.RootElement.GetProperty("code").GetString();
    }

    /// <summary>Pages that wait have one script, allowed by its hash; no other page has any.</summary>
    private static void AssertScript(HttpResponse response, string body, bool waits)
    {
        var policy = response.Headers.ContentSecurityPolicy.ToString();
        if (!waits)
        {
            Assert.DoesNotContain("<script", body, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("script-src", policy, StringComparison.Ordinal);
            return;
        }

        var script = Assert.Single(Script().Matches(body)).Groups[1].Value;
        var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script)));
        Assert.EndsWith($"; script-src 'sha256-{hash}'; connect-src 'self'", policy, StringComparison.Ordinal);
    }

    private static EdgePage Page(string name) => name switch
    {
        "NotFound" => EdgePages.NotFound,
        "Draining" => EdgePages.Draining,
        "SignIn" => EdgePages.SignIn(3000, "/.portportal/sign-in?to=%2F"),
        "Denied" => EdgePages.Denied(3000, "sam@lark.example"),
        "NotAllowed" => EdgePages.NotAllowed(3000),
        "Paused" => EdgePages.Paused(3000),
        "Waiting" => EdgePages.Waiting(Exposure),
        "Unreachable" => EdgePages.Unreachable(3000),
        "Ended" => EdgePages.Ended(3000, new Uri("https://portal.edge.test/")),
        "UpstreamFailed" => EdgePages.UpstreamFailed(3000),
        "UpstreamTimeout" => EdgePages.UpstreamTimeout(3000),
        _ => EdgePages.Of(new Refusal(421, RefusalCodes.Misdirected, "This host name is not served on this connection.")),
    };

    private static async Task<(HttpResponse Response, string Body)> WriteAsync(EdgePage page, bool html)
    {
        var context = new DefaultHttpContext();
        using var body = new MemoryStream();
        context.Response.Body = body;
        context.Request.Method = "GET";
        context.Request.Headers.Accept = html ? "text/html" : "*/*";
        await PageWriter.WriteAsync(context, page, "3000-my-app.edge.test");
        return (context.Response, Encoding.UTF8.GetString(body.ToArray()));
    }

    [GeneratedRegex("<[^>]+ style=", RegexOptions.None, 1000)]
    private static partial Regex StyleAttribute();

    [GeneratedRegex("<h1>", RegexOptions.None, 1000)]
    private static partial Regex Heading();

    [GeneratedRegex("<script>(.*)</script>", RegexOptions.Singleline, 1000)]
    private static partial Regex Script();

    [GeneratedRegex("<style>(.*)</style>", RegexOptions.Singleline, 1000)]
    private static partial Regex Style();
}
