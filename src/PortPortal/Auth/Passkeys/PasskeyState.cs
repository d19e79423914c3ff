using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.WebUtilities;
using PortPortal.Engine.Common;

namespace PortPortal.Auth.Passkeys;

/// <summary>Keeps the challenge of one passkey ceremony in the browser that began it: encrypted, for five minutes, worth one use.</summary>
internal sealed class PasskeyState(IDataProtectionProvider protection, UsedStates used, TimeProvider time)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    private readonly IDataProtector _protector = protection.CreateProtector("PortPortal.Auth.Passkeys.v1");

    /// <param name="purpose">Its own cookie per ceremony: a sign-in's challenge is none for adding a key.</param>
    public void Keep(HttpContext context, string purpose, string? state)
    {
        var kept = new Ceremony(ShortId.New(), purpose, state ?? "", time.GetUtcNow() + Lifetime);
        var value = WebEncoders.Base64UrlEncode(_protector.Protect(JsonSerializer.SerializeToUtf8Bytes(kept)));
        context.Response.Cookies.Append(CookieName(purpose), value, Options(kept.ExpiresAt));
    }

    public string? Take(HttpContext context, string purpose)
    {
        var value = new OrdinalCookies().GetRequestCookie(context, CookieName(purpose));
        context.Response.Cookies.Delete(CookieName(purpose), Options(expires: null));
        return value is not null && Open(value) is { } kept && kept.Purpose == purpose && kept.ExpiresAt > time.GetUtcNow() && used.TryUse(kept.Id, kept.ExpiresAt)
            ? kept.State
            : null;
    }

    private Ceremony? Open(string value)
    {
        try
        {
            return JsonSerializer.Deserialize<Ceremony>(_protector.Unprotect(WebEncoders.Base64UrlDecode(value)));
        }
        catch (Exception exception) when (exception is CryptographicException or FormatException or JsonException)
        {
            return null;
        }
    }

    private static string CookieName(string purpose) => $"__Host-pp_passkey_{purpose}";

    private static CookieOptions Options(DateTimeOffset? expires) => new()
    {
        Path = "/",
        HttpOnly = true,
        Secure = true,
        SameSite = SameSiteMode.Strict,
        Expires = expires,
        IsEssential = true,
    };

    private sealed record Ceremony(string Id, string Purpose, string State, DateTimeOffset ExpiresAt);
}
