using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using PortPortal.Engine.Common;

namespace PortPortal.Engine.Edge.Pages;

/// <summary>Sends a page to people, a line to whoever asks for plain text, and a problem document (RFC 9457) to everything else; none is ever stored, indexed or framed.</summary>
internal static class PageWriter
{
    private static readonly string Style = Read("gate.css");
    private static readonly string WaitScript = Read("wait.js");

    /// <remarks>One sheet by its hash, no script, no font, no picture; forms post to their own host only.</remarks>
    private static readonly string ContentPolicy = $"default-src 'none'; style-src {HashOf(Style)}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// <remarks>The same, with the one script that looks whether the wait is over.</remarks>
    private static readonly string WaitingPolicy = $"{ContentPolicy}; script-src {HashOf(WaitScript)}; connect-src 'self'";

    public static Task WriteAsync(HttpContext context, EdgePage page, string host)
    {
        if (Navigation.WantsHtml(context))
        {
            return WriteHtmlAsync(context, page, host);
        }

        Begin(context.Response, page);
        return Navigation.WantsText(context)
            ? WriteAsync(context, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes($"{page.Refusal.Detail} ({page.Refusal.Code})\n"))
            : WriteAsync(context, "application/problem+json", Problem(page));
    }

    /// <summary>The page whoever asks, for what is no problem.</summary>
    public static Task WriteHtmlAsync(HttpContext context, EdgePage page, string host)
    {
        Begin(context.Response, page);
        context.Response.Headers.ContentSecurityPolicy = page.ReloadAfter is null ? ContentPolicy : WaitingPolicy;
        return WriteAsync(context, "text/html; charset=utf-8", Html(page, host));
    }

    public static Task WriteJsonAsync(HttpContext context, byte[] json)
    {
        Protect(context.Response);
        return WriteAsync(context, "application/json", json);
    }

    private static void Begin(HttpResponse response, EdgePage page)
    {
        response.StatusCode = page.Refusal.Status;
        Protect(response);
        if (page.Refusal.RetryAfter is { } retry)
        {
            response.Headers.RetryAfter = Math.Ceiling(retry.TotalSeconds).ToString("0", CultureInfo.InvariantCulture);
        }
    }

    public static Task RedirectAsync(HttpContext context, string location, int status = StatusCodes.Status303SeeOther)
    {
        Protect(context.Response);
        context.Response.StatusCode = status;
        context.Response.Headers.Location = location;
        return Task.CompletedTask;
    }

    private static void Protect(HttpResponse response)
    {
        var headers = response.Headers;
        headers.CacheControl = "no-store";
        headers.ContentSecurityPolicy = ContentPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["X-Robots-Tag"] = "noindex";
    }

    private static Task WriteAsync(HttpContext context, string contentType, byte[] body)
    {
        context.Response.ContentType = contentType;
        context.Response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(body, 0, body.Length, context.RequestAborted);
    }

    private static byte[] Problem(EdgePage page)
    {
        var refusal = page.Refusal;
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type", "about:blank");
            json.WriteString("title", ReasonPhrases.GetReasonPhrase(refusal.Status));
            json.WriteNumber("status", refusal.Status);
            json.WriteString("code", refusal.Code);
            json.WriteString("detail", refusal.Detail);
            page.Members?.Invoke(json);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static byte[] Html(EdgePage page, string host) => Encoding.UTF8.GetBytes($"""
        <!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">{Reload(page)}<title>{EdgePages.Text(page.Title)}</title><style>{Style}</style></head>
        <body{Wait(page)}><main>{JackOf(page)}<h1>{EdgePages.Text(page.Title)}</h1>{page.Body}</main>
        <footer><b>{EdgePages.Text(host)}</b><br>Guarded by PortPortal</footer>{(page.ReloadAfter is null ? "" : $"<script>{WaitScript}</script>")}</body></html>
        """);

    /// <summary>For browsers without script; with it, a page that is loaded again every few seconds would interrupt whoever has it read to them.</summary>
    private static string Reload(EdgePage page) => page.ReloadAfter is { } seconds
        ? string.Create(CultureInfo.InvariantCulture, $"""<noscript><meta http-equiv="refresh" content="{seconds}{(page.ReloadAt is null ? "" : $";url={EdgePages.Text(page.ReloadAt)}")}"></noscript>""")
        : "";

    /// <summary>What the script has to know: a page that answered a form goes on when its time has come, any other as soon as its reason is gone.</summary>
    private static string Wait(EdgePage page) => page.ReloadAfter is { } seconds
        ? string.Create(CultureInfo.InvariantCulture, $""" data-every="{seconds}" {(page.ReloadAt is null ? $"data-code=\"{page.Refusal.Code}\"" : $"data-at=\"{EdgePages.Text(page.ReloadAt)}\"")}""")
        : "";

    private static string JackOf(EdgePage page) => page.Port is { } port
        ? string.Create(CultureInfo.InvariantCulture, $"""<span class="j {ClassOf(page.Jack)}"><i></i>{port}</span>""")
        : "";

    private static string ClassOf(Jack jack) => jack switch
    {
        Jack.Locked => "lock",
        Jack.Waiting => "wait",
        Jack.Paused => "paus",
        Jack.Refused => "no",
        Jack.Unreachable => "warn",
        _ => "gone",
    };

    private static string HashOf(string text) => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}'";

    private static string Read(string name)
    {
        using var stream = typeof(PageWriter).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd().ReplaceLineEndings("");
    }
}
