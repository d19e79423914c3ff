using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace PortPortal.Auth.OpenIdConnect;

/// <summary>The calls from us to the provider: the code for tokens, the access token for what it knows of the person.</summary>
internal sealed class TokenClient(OpenIdConnectOptions options)
{
    private const int MaxSize = 256 * 1024;

    /// <exception cref="ProviderException">The provider refused, or answered with something else.</exception>
    public async Task<(string IdToken, string? AccessToken)> RedeemAsync(OpenIdConnectConfiguration configuration, string code, string verifier, string redirectUri, CancellationToken cancellationToken)
    {
        var form = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["grant_type"] = "authorization_code",
            ["code"] = code,
            ["redirect_uri"] = redirectUri,
            ["code_verifier"] = verifier,
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, configuration.TokenEndpoint);
        Identify(request, form, configuration.TokenEndpointAuthMethodsSupported);
        request.Content = new FormUrlEncodedContent(form);
        var answer = await SendAsync(request, cancellationToken);
        return Text(answer, "id_token") is { } idToken
            ? (idToken, Text(answer, "access_token"))
            : throw new ProviderException("The token endpoint sent no id token.");
    }

    /// <summary>The claims of the person; the caller compares the subject.</summary>
    public Task<JsonElement> UserInfoAsync(string endpoint, string accessToken, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, endpoint);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        return SendAsync(request, cancellationToken);
    }

    public static string? Text(JsonElement from, string name) =>
        from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <remarks>RFC 6749, section 2.3.1: Basic is what every server must take; both parts are form-encoded first.</remarks>
    private void Identify(HttpRequestMessage request, Dictionary<string, string> form, ICollection<string> methods)
    {
        if (options.ClientSecret.Length == 0)
        {
            form["client_id"] = options.ClientId;
        }
        else if (methods.Count > 0 && !methods.Contains("client_secret_basic") && methods.Contains("client_secret_post"))
        {
            (form["client_id"], form["client_secret"]) = (options.ClientId, options.ClientSecret);
        }
        else
        {
            var pair = $"{Uri.EscapeDataString(options.ClientId)}:{Uri.EscapeDataString(options.ClientSecret)}";
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes(pair)));
        }
    }

    private async Task<JsonElement> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        try
        {
            using var response = await options.Backchannel.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            await response.Content.LoadIntoBufferAsync(MaxSize, cancellationToken);
            if (!response.IsSuccessStatusCode || response.Content.Headers.ContentType?.MediaType is not "application/json")
            {
                throw new ProviderException($"{request.RequestUri?.AbsolutePath} answered {(int)response.StatusCode} as {response.Content.Headers.ContentType?.MediaType}.");
            }

            using var document = JsonDocument.Parse(await response.Content.ReadAsStringAsync(cancellationToken));
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? document.RootElement.Clone()
                : throw new ProviderException($"{request.RequestUri?.AbsolutePath} answered with no JSON object.");
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && exception is HttpRequestException or IOException or JsonException or OperationCanceledException)
        {
            throw new ProviderException($"{request.RequestUri?.AbsolutePath} could not be read.", exception);
        }
        finally
        {
            request.Dispose();
        }
    }
}
