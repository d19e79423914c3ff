using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace PortPortal.Engine.Common;

/// <summary>Refusals as RFC 9457 problem details: a status, a stable code, one sentence, and every fault with its field.</summary>
public sealed class ProblemResult(IReadOnlyList<Refusal> refusals) : IResult
{
    public ProblemResult(Refusal refusal)
        : this([refusal])
    {
    }

    // The answer is never HTML (nosniff), so words may keep their dashes and quotes.
    private static readonly ProblemJson Json = new(new JsonSerializerOptions(ProblemJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>A malformed request outranks what it would have been refused for had it been well formed.</summary>
    public int Status => refusals.FirstOrDefault(refusal => refusal.Status == 400)?.Status ?? refusals[0].Status;

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var first = refusals.First(refusal => refusal.Status == Status);
        var response = httpContext.Response;
        response.StatusCode = Status;
        response.ContentType = "application/problem+json";
        response.Headers.CacheControl = "no-store";
        if (refusals.Max(refusal => refusal.RetryAfter) is { } wait)
        {
            response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        var detail = string.Join(' ', refusals.Select(refusal => refusal.Detail));
        var problem = new Problem(
            "about:blank",
            ReasonPhrases.GetReasonPhrase(Status),
            Status,
            first.Code,
            detail,
            [.. refusals.Select(refusal => new ProblemFault(refusal.Code, refusal.Detail, refusal.Field))],
            ErrorEnvelope.Of(first, detail, httpContext.Request.Path));
        return JsonSerializer.SerializeAsync(response.Body, problem, Json.Problem, httpContext.RequestAborted);
    }
}

internal sealed record Problem(string Type, string Title, int Status, string Code, string Detail, IReadOnlyList<ProblemFault> Errors, ErrorEnvelope Error);

internal sealed record ProblemFault(string Code, string Detail, string? Field);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Problem))]
internal sealed partial class ProblemJson : JsonSerializerContext;
