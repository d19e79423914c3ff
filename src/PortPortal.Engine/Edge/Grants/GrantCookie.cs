using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using PortPortal.Engine.Access;

namespace PortPortal.Engine.Edge.Grants;

/// <summary>The cookie <c>__Host-pp_gate</c>: a grant, encrypted, on one host only.</summary>
/// <remarks>Reading costs a look-up: what was decrypted once is remembered by the cookie's value. Nothing is remembered of values that cannot be decrypted.</remarks>
internal sealed class GrantCookie(IDataProtectionProvider protection)
{
    public const string Name = "__Host-pp_gate";

    private readonly IDataProtector _protector = protection.CreateProtector("PortPortal.Edge.Grant.v1");
    private readonly RecentValues<Grant> _recent = new(capacity: 20_000);

    /// <summary>What the visitor carries, unchecked but genuine; null where there is none.</summary>
    public Grant? Read(HttpRequest request)
    {
        var value = CookieHeader.FindOnly(request.Headers.Cookie, Name);
        if (value.IsEmpty)
        {
            return null;
        }

        if (_recent.Find(value) is { } known)
        {
            return known;
        }

        var text = value.ToString();
        if (Open(text) is not { } grant)
        {
            return null;
        }

        _recent.Add(text, grant);
        return grant;
    }

    public void Write(HttpResponse response, Grant grant) =>
        response.Headers.Append("Set-Cookie", $"{Name}={Seal(grant)}; Path=/; Secure; HttpOnly; SameSite=Lax; Expires={grant.ExpiresAt.UtcDateTime:R}");

    public static void Clear(HttpResponse response) =>
        response.Headers.Append("Set-Cookie", $"{Name}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0");

    internal string Seal(Grant grant) =>
        WebEncoders.Base64UrlEncode(_protector.Protect(JsonSerializer.SerializeToUtf8Bytes(grant, GrantJson.Default.Grant)));

    private Grant? Open(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(_protector.Unprotect(WebEncoders.Base64UrlDecode(text)), GrantJson.Default.Grant);
        }
        catch (Exception e) when (e is CryptographicException or FormatException or JsonException)
        {
            return null;
        }
    }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(Grant))]
internal sealed partial class GrantJson : JsonSerializerContext;
