using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using PortPortal.Engine.Common;
using PortPortal.Engine.Edge.Grants;

namespace PortPortal.Engine.Edge.Handover;

/// <summary>Binds a sign-in to the browser that began it, and remembers the page it was after: a cookie of its own per attempt, on the app's host.</summary>
/// <remarks>
/// The state in the URL is random and worth nothing without the cookie. Tabs do not disturb one another; only the last <see cref="MostAtOnce"/> attempts are kept,
/// so that a browser that restores fifty tabs does not send headers nobody takes.
/// </remarks>
internal sealed class VisitState(IDataProtectionProvider protection, TimeProvider time)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private const string Prefix = "__Host-pp_state_";
    private const int StateLength = 26;
    private const int NameLength = 6;
    private const int MostAtOnce = 3;
    private const int LongestTarget = 1500;

    private readonly IDataProtector _protector = protection.CreateProtector("PortPortal.Edge.VisitState.v1");

    /// <summary>Remembers where the visitor was going; the answer is the state for the URL.</summary>
    public string Begin(HttpContext context, string host, string exposureId, string target)
    {
        var older = CookieHeader.NamesWith(context.Request.Headers.Cookie, Prefix).ToList();
        foreach (var name in older.Take(older.Count - MostAtOnce + 1))
        {
            Clear(context.Response, name);
        }

        var state = ShortId.NewToken(StateLength);
        var attempt = new VisitAttempt(state, host, exposureId, target.Length <= LongestTarget ? target : "/", time.GetUtcNow() + Lifetime);
        var sealedAttempt = _protector.Protect(JsonSerializer.SerializeToUtf8Bytes(attempt, VisitJson.Default.VisitAttempt));
        context.Response.Headers.Append("Set-Cookie", $"{CookieName(state)}={WebEncoders.Base64UrlEncode(sealedAttempt)}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={Lifetime.TotalSeconds:0}");
        return state;
    }

    /// <summary>The attempt that this browser began under <paramref name="state"/>, once; null for any other browser, host or time.</summary>
    public VisitAttempt? Take(HttpContext context, string state, string host)
    {
        if (!IsWellFormed(state))
        {
            return null;
        }

        var value = CookieHeader.FindOnly(context.Request.Headers.Cookie, CookieName(state)).ToString();
        if (value.Length == 0 || Open(value) is not { } attempt)
        {
            return null;
        }

        Clear(context.Response, CookieName(state));
        return string.Equals(attempt.State, state, StringComparison.Ordinal) && string.Equals(attempt.Host, host, StringComparison.Ordinal) ? attempt : null;
    }

    public static bool IsWellFormed(string state) => state.Length == StateLength && state.All(c => c is (>= 'a' and <= 'z') or (>= '2' and <= '7'));

    private VisitAttempt? Open(string value)
    {
        try
        {
            var attempt = JsonSerializer.Deserialize(_protector.Unprotect(WebEncoders.Base64UrlDecode(value)), VisitJson.Default.VisitAttempt);
            return attempt?.ExpiresAt > time.GetUtcNow() ? attempt : null;
        }
        catch (Exception e) when (e is CryptographicException or FormatException or JsonException)
        {
            return null;
        }
    }

    private static string CookieName(string state) => Prefix + state[..NameLength];

    private static void Clear(HttpResponse response, string name) =>
        response.Headers.Append("Set-Cookie", $"{name}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0");
}

/// <param name="Target">In origin form, on the same host.</param>
internal sealed record VisitAttempt(string State, string Host, string ExposureId, string Target, DateTimeOffset ExpiresAt);

[JsonSourceGenerationOptions(UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(VisitAttempt))]
internal sealed partial class VisitJson : JsonSerializerContext;
