using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using PortPortal.Engine.Edge.Grants;

namespace PortPortal.Engine.Edge.Links;

/// <summary>The cookie <c>__Host-pp_via</c> on an app's host: by which link someone came, until the gate has let them in.</summary>
internal sealed class ViaCookie(IDataProtectionProvider protection, TimeProvider time)
{
    private const string Name = "__Host-pp_via";
    private readonly IDataProtector _protector = protection.CreateProtector("PortPortal.Edge.Via.v1");

    public void Write(HttpResponse response, Via via) => response.Headers.Append(
        "Set-Cookie",
        $"{Name}={WebEncoders.Base64UrlEncode(_protector.Protect(JsonSerializer.SerializeToUtf8Bytes(via, ViaJson.Default.Via)))}; Path=/; Secure; HttpOnly; SameSite=Lax; Expires={via.ExpiresAt.UtcDateTime:R}");

    /// <summary>The link this browser came by, on this host; whether it still works is another question.</summary>
    public Via? Read(HttpRequest request, string host)
    {
        var value = CookieHeader.FindOnly(request.Headers.Cookie, Name);
        return !value.IsEmpty && Open(value.ToString()) is { } via && via.Host == host && time.GetUtcNow() < via.ExpiresAt ? via : null;
    }

    private Via? Open(string value)
    {
        try
        {
            return JsonSerializer.Deserialize(_protector.Unprotect(WebEncoders.Base64UrlDecode(value)), ViaJson.Default.Via);
        }
        catch (Exception e) when (e is CryptographicException or FormatException or JsonException)
        {
            return null;
        }
    }
}

/// <param name="LinkId">The share link.</param>
/// <param name="Browser">The browser's random name where the link was opened.</param>
/// <param name="ExposureId">What the link leads to.</param>
/// <param name="Host">The app's host.</param>
/// <param name="ExpiresAt">With the link, at the latest.</param>
internal sealed record Via(string LinkId, string Browser, string ExposureId, string Host, DateTimeOffset ExpiresAt);

[JsonSourceGenerationOptions(UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(Via))]
internal sealed partial class ViaJson : JsonSerializerContext;
