using Microsoft.AspNetCore.Http;

namespace PortPortal.Engine.Common;

/// <summary>A refusal in the words of paws and Runra, <c>{"error":{"code","message"}}</c>; problem details carry it as one member more.</summary>
internal sealed record ErrorEnvelope(string Code, string Message)
{
    private static readonly PathString Sandboxes = "/v1/sandboxes";

    public static ErrorEnvelope Of(Refusal refusal, string message, PathString path) => new(CodeOf(refusal, path), message);

    private static string CodeOf(Refusal refusal, PathString path) => refusal switch
    {
        { Status: 404, Subject: "session" } => path.StartsWithSegments(Sandboxes, StringComparison.Ordinal) ? "SANDBOX_NOT_FOUND" : "SESSION_NOT_FOUND",
        { Status: 404 } => "NOT_FOUND",
        { Status: 401 } => "UNAUTHORIZED",
        { Status: 403 } => "FORBIDDEN",
        { Code: RefusalCodes.QuotaReached or RefusalCodes.PortsExhausted } => "CAPACITY_EXHAUSTED",
        { Status: 409 } => "CONFLICT",
        { Status: 429 } => "RATE_LIMITED",
        { Status: < 500 } => "VALIDATION_ERROR",
        _ => "INTERNAL_ERROR",
    };
}
