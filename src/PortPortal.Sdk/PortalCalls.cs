using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace PortPortal.Sdk;

/// <summary>One call after another: the key goes out, the answer or the refusal comes back.</summary>
internal sealed class PortalCalls(HttpClient http, Uri url, string apiKey)
{
    private readonly Uri _root = new(url, url.AbsolutePath.EndsWith('/') ? url.AbsolutePath : url.AbsolutePath + "/");

    public HttpClient Http => http;

    public Task<T> GetAsync<T>(string path, JsonTypeInfo<T> shape, CancellationToken cancellationToken) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Get, Address(path)), shape, cancellationToken);

    public Task<T> PostAsync<T>(string path, JsonTypeInfo<T> shape, CancellationToken cancellationToken) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Post, Address(path)), shape, cancellationToken);

    public Task<T> SendAsync<TBody, T>(HttpMethod method, string path, TBody body, JsonTypeInfo<TBody> bodyShape, JsonTypeInfo<T> shape, CancellationToken cancellationToken) =>
        SendAsync(new HttpRequestMessage(method, Address(path)) { Content = JsonContent.Create(body, bodyShape) }, shape, cancellationToken);

    public async Task DeleteAsync(string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, Address(path));
        using var response = await AnswerAsync(request, HttpCompletionOption.ResponseContentRead, cancellationToken);
    }

    public async Task<string> GetTextAsync(string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Address(path));
        using var response = await AnswerAsync(request, HttpCompletionOption.ResponseContentRead, cancellationToken);
        return await response.Content.ReadAsStringAsync(cancellationToken);
    }

    public async Task<byte[]> GetBytesAsync(string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Address(path));
        using var response = await AnswerAsync(request, HttpCompletionOption.ResponseContentRead, cancellationToken);
        return await response.Content.ReadAsByteArrayAsync(cancellationToken);
    }

    /// <summary>An answer that goes on; the caller disposes of it.</summary>
    public async Task<HttpResponseMessage> OpenStreamAsync(string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Address(path));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        return await AnswerAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    private async Task<T> SendAsync<T>(HttpRequestMessage request, JsonTypeInfo<T> shape, CancellationToken cancellationToken)
    {
        using (request)
        {
            using var response = await AnswerAsync(request, HttpCompletionOption.ResponseContentRead, cancellationToken);
            try
            {
                return await response.Content.ReadFromJsonAsync(shape, cancellationToken) ?? throw Foreign(response);
            }
            catch (JsonException exception)
            {
                throw Foreign(response, exception);
            }
        }
    }

    private async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request, HttpCompletionOption completion, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", apiKey);
        var response = await http.SendAsync(request, completion, cancellationToken);
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw await Refusals.ReadAsync(response, cancellationToken);
        }
    }

    private Uri Address(string path) => new(_root, path);

    private static PortPortalException Foreign(HttpResponseMessage response, Exception? inner = null) =>
        new((int)response.StatusCode, "unexpected_answer", $"{response.RequestMessage?.RequestUri?.GetLeftPart(UriPartial.Authority)} does not answer as a portal does.", [], retryAfter: null, inner);
}
