using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PortPortal.Engine.Tunnels.Pangolin;

/// <summary>Signs in to Pangolin as a person where there is no key, and once more where the session is over.</summary>
/// <remarks>
/// The dashboard's own interface: <c>POST auth/login</c> answers the session as a cookie, and every call but a GET needs the constant header
/// <c>X-CSRF-Token</c> (Pangolin's server/routers/auth/login.ts and csrfProtection.ts). Its owner makes one call at a time.
/// </remarks>
internal sealed class PangolinSession(PangolinOptions options, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private const string CsrfHeader = "X-CSRF-Token";
    private const string CsrfToken = "x-csrf-protection";
    private string? _cookie;

    /// <exception cref="PangolinException">It does not let this person in.</exception>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var isNew = _cookie is null;
        _cookie ??= await SignInAsync(cancellationToken);
        var response = await CallAsync(request, cancellationToken);
        if (response.StatusCode != HttpStatusCode.Unauthorized || isNew)
        {
            return response;
        }

        response.Dispose();
        _cookie = null;
        _cookie = await SignInAsync(cancellationToken);
        return await CallAsync(request, cancellationToken);
    }

    private Task<HttpResponseMessage> CallAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Remove("Cookie");
        request.Headers.Remove(CsrfHeader);
        request.Headers.Add("Cookie", _cookie);
        request.Headers.Add(CsrfHeader, CsrfToken);
        return base.SendAsync(request, cancellationToken);
    }

    /// <returns>The session's cookie, as it is sent back.</returns>
    private async Task<string> SignInAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(options.Api, "auth/login"))
        {
            Content = JsonContent.Create(new JsonObject { ["email"] = options.Email, ["password"] = options.Password }),
            Headers = { { CsrfHeader, CsrfToken } },
        };
        using var response = await base.SendAsync(request, cancellationToken);
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        if (Obstacle(response.StatusCode, text) is { } obstacle)
        {
            throw new PangolinException(obstacle) { Status = (int)response.StatusCode };
        }

        var cookies = response.Headers.TryGetValues("Set-Cookie", out var set) ? set.Select(cookie => cookie.Split(';')[0].Trim()).ToList() : [];
        return cookies.Count > 0 ? string.Join("; ", cookies) : throw new PangolinException("it took PANGOLIN_EMAIL and PANGOLIN_PASSWORD and answered no session");
    }

    private static string? Obstacle(HttpStatusCode status, string text)
    {
        if (status is HttpStatusCode.Unauthorized or HttpStatusCode.BadRequest)
        {
            return "it does not take PANGOLIN_EMAIL and PANGOLIN_PASSWORD"; // 400 before 1.3
        }

        if ((int)status is < 200 or >= 300)
        {
            return $"signing in with PANGOLIN_EMAIL answered {(int)status}; is PANGOLIN_API_URL the dashboard's address, which ends in /api/v1?";
        }

        try
        {
            var data = JsonElement.Parse(text) is { ValueKind: JsonValueKind.Object } envelope && envelope.TryGetProperty("data", out var found) ? found : default;
            bool Asks(string member) => data.ValueKind == JsonValueKind.Object && PangolinResource.Flag(data, member) == true;
            return Asks("codeRequested") || Asks("twoFactorSetupRequired") || Asks("useSecurityKey") ? "the account of PANGOLIN_EMAIL asks for a second proof, which no program has; use PANGOLIN_API_KEY"
                : Asks("emailVerificationRequired") ? "the address of PANGOLIN_EMAIL is not verified there yet"
                : null;
        }
        catch (JsonException)
        {
            return "signing in with PANGOLIN_EMAIL answered no JSON; is PANGOLIN_API_URL the dashboard's address, which ends in /api/v1?";
        }
    }
}
