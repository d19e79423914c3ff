using System.Text.Json;

namespace PortPortal.Sdk;

/// <summary>Reads what the portal says when it refuses (RFC 9457), and makes do with a bare status.</summary>
internal static class Refusals
{
    public static async Task<PortPortalException> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        var wait = response.Headers.RetryAfter?.Delta;
        return await ProblemOfAsync(response, cancellationToken) is { } problem
            ? new PortPortalException(status, problem.Code ?? "unknown", problem.Detail ?? problem.Title ?? Plain(response), problem.Errors ?? [], wait)
            : new PortPortalException(status, Code(status), Plain(response), [], wait);
    }

    private static async Task<ProblemInfo?> ProblemOfAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentType?.MediaType is not ("application/problem+json" or "application/json"))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(await response.Content.ReadAsByteArrayAsync(cancellationToken), PortPortalJson.Default.ProblemInfo);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Plain(HttpResponseMessage response) =>
        $"{response.RequestMessage?.RequestUri?.GetLeftPart(UriPartial.Authority)} answered {(int)response.StatusCode} {response.ReasonPhrase}.";

    private static string Code(int status) => status switch
    {
        401 => "api_key_required",
        403 => "not_allowed",
        404 => "not_found",
        429 => "rate_limited",
        _ => "unknown",
    };
}

/// <summary>The problem document as it travels.</summary>
internal sealed record ProblemInfo(string? Title, string? Code, string? Detail, IReadOnlyList<FaultInfo>? Errors);
