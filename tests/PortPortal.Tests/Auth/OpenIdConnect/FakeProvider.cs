using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using PortPortal.TestSupport;

namespace PortPortal.Tests.Auth.OpenIdConnect;

/// <summary>An identity provider that answers the back channel as it is told to, right or wrong.</summary>
internal sealed class FakeProvider(ManualTime time) : HttpMessageHandler
{
    public const string Issuer = "https://id.lark.test";
    public const string ClientId = "portportal";
    public const string ClientSecret = "s3cret / with+signs";

    private readonly ConcurrentDictionary<string, int> _calls = new(StringComparer.Ordinal);

    public SigningKey Key { get; set; } = SigningKey.Rsa("one");

    /// <summary>What the discovery document says instead of the truth; null leaves a member out.</summary>
    public Dictionary<string, object?> Discovery { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, object> UserInfo { get; } = new(StringComparer.Ordinal) { ["sub"] = "248289761001" };

    /// <summary>What is changed of the claims before the token is signed; null leaves a claim out.</summary>
    public Dictionary<string, object?> Claims { get; } = new(StringComparer.Ordinal);

    /// <summary>Makes the token of the claims; the right one by default.</summary>
    public Func<Dictionary<string, object?>, string>? Token { get; set; }

    /// <summary>Answers instead of everything else.</summary>
    public Func<HttpRequestMessage, HttpResponseMessage?> Trouble { get; set; } = _ => null;

    /// <summary>The nonce that comes back; the test takes it from the redirect.</summary>
    public string Nonce { get; set; } = "";

    public List<Dictionary<string, string>> TokenRequests { get; } = [];

    public string? TokenAuthorization { get; private set; }

    public int Calls(string path) => _calls.GetValueOrDefault(path);

    public int AllCalls => _calls.Values.Sum();

    public Dictionary<string, object?> RightClaims()
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var claims = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["iss"] = Issuer,
            ["sub"] = "248289761001",
            ["aud"] = ClientId,
            ["iat"] = now,
            ["exp"] = now + 300,
            ["nonce"] = Nonce,
            ["name"] = "Nina Holm",
            ["email"] = "nina@lark.test",
            ["email_verified"] = true,
            ["groups"] = new[] { "dev" },
        };
        foreach (var (name, value) in Claims)
        {
            claims[name] = value;
        }

        return claims.Where(claim => claim.Value is not null).ToDictionary(StringComparer.Ordinal);
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var path = request.RequestUri!.AbsolutePath;
        _calls.AddOrUpdate(path, 1, (_, count) => count + 1);
        if (Trouble(request) is { } answer)
        {
            return answer;
        }

        return path switch
        {
            "/.well-known/openid-configuration" => Json(Document()),
            "/jwks" => Json(new { keys = new[] { Key.Public } }),
            "/token" => await TokenAsync(request, cancellationToken),
            "/userinfo" => Json(UserInfo),
            _ => new(HttpStatusCode.NotFound),
        };
    }

    public static HttpResponseMessage Json(object value) => new(HttpStatusCode.OK)
    {
        Content = new StringContent(JsonSerializer.Serialize(value), Encoding.UTF8, "application/json"),
    };

    private Dictionary<string, object> Document()
    {
        var document = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["issuer"] = Issuer,
            ["authorization_endpoint"] = $"{Issuer}/authorize",
            ["token_endpoint"] = $"{Issuer}/token",
            ["userinfo_endpoint"] = $"{Issuer}/userinfo",
            ["jwks_uri"] = $"{Issuer}/jwks",
            ["end_session_endpoint"] = $"{Issuer}/logout",
            ["response_types_supported"] = new[] { "code" },
            ["subject_types_supported"] = new[] { "public" },
            ["id_token_signing_alg_values_supported"] = new[] { "RS256", "ES256", "HS256", "none" },
            ["authorization_response_iss_parameter_supported"] = true,
        };
        foreach (var (name, value) in Discovery)
        {
            document[name] = value;
        }

        return document.Where(member => member.Value is not null).ToDictionary(member => member.Key, member => member.Value!, StringComparer.Ordinal);
    }

    private async Task<HttpResponseMessage> TokenAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var form = QueryHelpers.ParseQuery(await request.Content!.ReadAsStringAsync(cancellationToken));
        lock (TokenRequests)
        {
            TokenRequests.Add(form.ToDictionary(pair => pair.Key, pair => pair.Value.ToString(), StringComparer.Ordinal));
            TokenAuthorization = request.Headers.Authorization?.ToString();
        }

        var claims = RightClaims();
        return Json(new { token_type = "Bearer", access_token = "an-access-token", expires_in = 60, id_token = Token?.Invoke(claims) ?? Key.Sign(claims) });
    }
}

/// <summary>A key pair, and tokens signed with it or with something else.</summary>
internal sealed class SigningKey
{
    private readonly Func<byte[], byte[]> _sign;

    private SigningKey(string id, string algorithm, object @public, Func<byte[], byte[]> sign) => (Id, Algorithm, Public, _sign) = (id, algorithm, @public, sign);

    public string Id { get; }

    public string Algorithm { get; }

    public object Public { get; }

    public static SigningKey Rsa(string id)
    {
        var rsa = RSA.Create(2048);
        var key = rsa.ExportParameters(includePrivateParameters: false);
        var jwk = new { kty = "RSA", use = "sig", kid = id, n = WebEncoders.Base64UrlEncode(key.Modulus!), e = WebEncoders.Base64UrlEncode(key.Exponent!) };
        return new(id, "RS256", jwk, data => rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    public static SigningKey Ec(string id)
    {
        var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var key = ec.ExportParameters(includePrivateParameters: false);
        var jwk = new { kty = "EC", use = "sig", kid = id, crv = "P-256", x = WebEncoders.Base64UrlEncode(key.Q.X!), y = WebEncoders.Base64UrlEncode(key.Q.Y!) };
        return new(id, "ES256", jwk, data => ec.SignData(data, HashAlgorithmName.SHA256));
    }

    public string Sign(Dictionary<string, object?> claims, Dictionary<string, object>? header = null) =>
        Jwt(header ?? new(StringComparer.Ordinal) { ["alg"] = Algorithm, ["kid"] = Id, ["typ"] = "JWT" }, claims, _sign);

    public static string Jwt(Dictionary<string, object> header, Dictionary<string, object?> claims, Func<byte[], byte[]> sign)
    {
        var body = $"{Part(header)}.{Part(claims)}";
        return $"{body}.{WebEncoders.Base64UrlEncode(sign(Encoding.ASCII.GetBytes(body)))}";
    }

    private static string Part(object value) => WebEncoders.Base64UrlEncode(JsonSerializer.SerializeToUtf8Bytes(value));
}
