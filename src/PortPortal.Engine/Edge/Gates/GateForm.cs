using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using PortPortal.Engine.Common;

namespace PortPortal.Engine.Edge.Gates;

/// <summary>What somebody typed into a gate's page: small, of our own page, and with a way back that stays on this host.</summary>
internal sealed class GateForm
{
    private const long MostBytes = 8 * 1024;
    private static readonly Refusal NoForm = new(415, RefusalCodes.UnsupportedMediaType, "Send this as a form (application/x-www-form-urlencoded).");
    private static readonly Refusal TooLarge = new(413, RefusalCodes.ContentTooLarge, "This form takes 8 kB.");
    private static readonly Refusal Elsewhere = new(403, RefusalCodes.NotAllowed, "This form was sent by a page of another site.");

    private readonly IFormCollection _fields;

    private GateForm(IFormCollection fields) => _fields = fields;

    /// <summary>The page the visitor was after, in origin form; the front page where it was left out or leads elsewhere.</summary>
    public string Target => TargetOf(Field("to"));

    public string Field(string name) => _fields[name] is [{ } value] ? value.Trim() : "";

    public static async Task<Outcome<GateForm>> ReadAsync(HttpContext context, string authority)
    {
        var headers = context.Request.Headers;
        if (!IsOurs(headers, authority))
        {
            return Elsewhere;
        }

        if (context.Request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) is not true)
        {
            return NoForm;
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = MostBytes;
        }

        try
        {
            return new GateForm(await context.Request.ReadFormAsync(context.RequestAborted));
        }
        catch (Exception e) when (e is BadHttpRequestException or InvalidDataException)
        {
            return TooLarge;
        }
    }

    /// <remarks>Our pages name no referrer, and browsers then call the origin of their forms "null" (Fetch, "append a request Origin header"); so do sandboxed pages of anyone, which the browser calls cross-site.</remarks>
    private static bool IsOurs(IHeaderDictionary headers, string authority)
    {
        var site = headers["Sec-Fetch-Site"].ToString();
        return site is "" or "same-origin" or "none"
            && (headers.Origin.Count == 0
                || (headers.Origin == "null" && site == "same-origin")
                || string.Equals(headers.Origin, $"https://{authority}", StringComparison.Ordinal));
    }

    /// <summary>A path of this host in plain ASCII; anything else is the front page.</summary>
    public static string TargetOf(string asked) =>
        asked is ['/', ..] && !asked.AsSpan().ContainsAnyExceptInRange('!', '~') && !asked.AsSpan().ContainsAny('#', '\\') && !EdgeEndpoints.IsReserved(asked)
            ? asked
            : "/";
}
