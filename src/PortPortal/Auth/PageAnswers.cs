using System.Globalization;
using PortPortal.Engine.Accounts;
using PortPortal.Engine.Common;

namespace PortPortal.Auth;

/// <summary>What pages that are rendered once, without a circuit, need of their request.</summary>
internal static class PageAnswers
{
    /// <summary>Where this browser signs in from.</summary>
    public static SignInPlace Place(this HttpContext context) => new(context.From(), context.Request.Headers.UserAgent);

    /// <summary>Gives the page the status of <paramref name="refusal"/>; the page says the rest.</summary>
    public static void Refuse(this HttpContext context, Refusal refusal)
    {
        context.Response.StatusCode = refusal.Status;
        if (refusal.RetryAfter is { } wait)
        {
            context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }
    }
}
