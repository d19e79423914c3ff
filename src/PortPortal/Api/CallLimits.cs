using System.Collections.Concurrent;
using System.Security.Claims;
using Microsoft.Extensions.Options;
using PortPortal.Engine.Accounts;
using PortPortal.Engine.Common;

namespace PortPortal.Api;

/// <summary>How often each key, and each person, may call; whoever is neither was refused before.</summary>
internal sealed class CallLimits(IOptions<ApiOptions> options, TimeProvider time)
{
    private readonly RateLimit? _rate = options.Value.RequestsPerSecond > 0 ? new(options.Value.RequestsPerSecond, options.Value.RequestBurst, time) : null;
    private readonly ConcurrentDictionary<string, TokenBucket> _buckets = new(StringComparer.Ordinal); // one per key and account, so it is bounded

    /// <summary>Null where one more may pass; else how long to wait.</summary>
    public TimeSpan? Take(ClaimsPrincipal caller)
    {
        var who = caller.FindFirst(AccountClaims.ApiKeyId) ?? caller.FindFirst(AccountClaims.UserId);
        return _rate is null || who is null || _buckets.GetOrAdd(who.Value, _ => new()).TryTake(_rate, time.GetTimestamp(), out var wait) ? null : _rate.ToTime(wait);
    }
}

/// <summary>Puts <see cref="CallLimits"/> before every call.</summary>
internal sealed class CallLimitFilter(CallLimits limits) : IEndpointFilter
{
    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) => limits.Take(context.HttpContext.User) is { } wait
        ? ValueTask.FromResult<object?>(new ProblemResult(new Refusal(429, RefusalCodes.RateLimited, "This key calls too often; wait a moment.") { RetryAfter = wait }))
        : next(context);
}
