using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace PortPortal.TestSupport;

/// <summary>What a test wants of the REST API, in its own words; every refusal is an exception with the server's reason.</summary>
/// <remarks>To look at a refusal itself, call <see cref="Http"/>.</remarks>
public sealed class PortalApi : IDisposable
{
    public PortalApi(HttpClient http, Uri portal, string apiKey)
    {
        Http = http;
        Http.BaseAddress = portal;
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", apiKey);
    }

    /// <summary>A client with the key, based at the portal.</summary>
    public HttpClient Http { get; }

    /// <param name="body">Members of the call, such as <c>new { name = "shop", address = "127.0.0.1" }</c>.</param>
    public Task<JsonElement> RegisterSessionAsync(object body) => SendAsync(HttpMethod.Post, "/v1/sessions", body);

    /// <summary>A session at this machine's loopback address, where tests keep their apps.</summary>
    public Task<JsonElement> RegisterSessionAsync(string name) => RegisterSessionAsync(new { name, address = "127.0.0.1" });

    /// <param name="access"><c>sso</c>, <c>pin</c>, <c>email</c> or <c>public</c>.</param>
    /// <returns>The exposure, with its <c>url</c>, and its <c>pin</c> where it has one.</returns>
    public Task<JsonElement> ExposeAsync(string session, int port, string access = "public") => ExposeAsync(session, new { port, access });

    public Task<JsonElement> ExposeAsync(string session, object body) => SendAsync(HttpMethod.Post, $"/v1/sessions/{session}/ports", body);

    public Task<JsonElement> ChangeAsync(string session, int port, object body) => SendAsync(HttpMethod.Patch, $"/v1/sessions/{session}/ports/{port}", body);

    public Task CloseAsync(string session, int port) => SendAsync(HttpMethod.Delete, $"/v1/sessions/{session}/ports/{port}");

    public Task<JsonElement> SessionAsync(string session) => SendAsync(HttpMethod.Get, $"/v1/sessions/{session}");

    public Task PauseAsync(string session) => SendAsync(HttpMethod.Post, $"/v1/sessions/{session}/pause");

    public Task ResumeAsync(string session) => SendAsync(HttpMethod.Post, $"/v1/sessions/{session}/resume");

    public Task TerminateAsync(string session) => SendAsync(HttpMethod.Delete, $"/v1/sessions/{session}");

    /// <returns>The answer's JSON; an undefined element where there is none.</returns>
    /// <exception cref="HttpRequestException">The server refused; the message holds its words.</exception>
    public async Task<JsonElement> SendAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        if (!response.IsSuccessStatusCode)
        {
            throw new HttpRequestException($"{method} {path}: {(int)response.StatusCode} {text}", inner: null, response.StatusCode);
        }

        return text.Length == 0 ? default : JsonElement.Parse(text);
    }

    public void Dispose() => Http.Dispose();
}
