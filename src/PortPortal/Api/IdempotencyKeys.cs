using PortPortal.Auth;
using PortPortal.Engine.Common;
using PortPortal.Engine.Idempotency;

namespace PortPortal.Api;

/// <summary>A POST with an Idempotency-Key is done once; sending it again brings the first answer again.</summary>
internal static class IdempotencyKeys
{
    private const string Header = "Idempotency-Key";
    private const int MaxBody = 1 << 20;

    /// <summary>Put it behind authorization: the key belongs to whoever sends it.</summary>
    public static void UseIdempotencyKeys(this IApplicationBuilder app) => app.UseWhen(
        context => HttpMethods.IsPost(context.Request.Method) && context.Request.Headers.ContainsKey(Header),
        branch => branch.Use(AnswerOnceAsync));

    private static async Task AnswerOnceAsync(HttpContext context, RequestDelegate next)
    {
        if (context.FindActor() is not { } actor)
        {
            await next(context);
            return;
        }

        // 1 the key, and what it is for
        var key = context.Request.Headers[Header].ToString();
        if (key.Length is 0 or > StoredAnswers.MaxKeyLength)
        {
            await RefuseAsync(context, Refusal.Invalid(Header, $"{Header} takes 1 to {StoredAnswers.MaxKeyLength} characters."));
            return;
        }

        context.Request.EnableBuffering(MaxBody, MaxBody);
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        context.Request.Body.Position = 0;
        var bodyHash = StoredAnswers.Hash(body.GetBuffer().AsSpan(0, (int)body.Length));
        var answers = context.RequestServices.GetRequiredService<StoredAnswers>();
        var scope = StoredAnswers.ScopeOf(actor, context.Request.Method, context.Request.Path, key);

        // 2 one at a time
        if (!answers.TryBegin(scope))
        {
            await RefuseAsync(context, new Refusal(409, RefusalCodes.IdempotencyConflict, $"The first request with this {Header} is still being answered.", Header) { RetryAfter = TimeSpan.FromSeconds(1) });
            return;
        }

        try
        {
            await (await answers.FindAsync(scope, context.RequestAborted) is { } known
                ? RepeatAsync(context, answers, known, bodyHash)
                : AnswerAsync(context, next, answers, scope, bodyHash));
        }
        finally
        {
            answers.End(scope);
        }
    }

    private static async Task RepeatAsync(HttpContext context, StoredAnswers answers, StoredAnswer known, string bodyHash)
    {
        if (known.BodyHash != bodyHash)
        {
            await RefuseAsync(context, new Refusal(409, RefusalCodes.IdempotencyConflict, $"This {Header} was used for another request; use a new one.", Header));
            return;
        }

        context.Response.StatusCode = known.Status;
        context.Response.ContentType = known.ContentType;
        context.Response.Headers.Location = known.Location;
        await context.Response.Body.WriteAsync(answers.BodyOf(known), context.RequestAborted);
    }

    private static async Task AnswerAsync(HttpContext context, RequestDelegate next, StoredAnswers answers, string scope, string bodyHash)
    {
        var response = context.Response;
        var wire = response.Body;
        using var answer = new MemoryStream();
        response.Body = answer;
        try
        {
            await next(context);
        }
        finally
        {
            response.Body = wire;
        }

        if (response.StatusCode < StatusCodes.Status500InternalServerError)
        {
            await answers.KeepAsync(scope, bodyHash, response.StatusCode, response.ContentType, response.Headers.Location, answer.ToArray(), CancellationToken.None);
        }

        answer.Position = 0;
        await answer.CopyToAsync(wire, context.RequestAborted);
    }

    private static Task RefuseAsync(HttpContext context, Refusal refusal) => new ProblemResult(refusal).ExecuteAsync(context);
}
