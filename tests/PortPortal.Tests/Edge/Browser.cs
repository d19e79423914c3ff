using System.Net;
using PortPortal.Tests.Edge.Upstream;

namespace PortPortal.Tests.Edge;

/// <summary>Someone who clicks: keeps cookies per host and says what a browser says, and follows one redirect at a time.</summary>
internal sealed class Browser
{
    private readonly EdgeWorld _edge;
    private readonly HttpClient _client;

    public Browser(EdgeWorld edge)
    {
        _edge = edge;
        _client = edge.NewClient(Jar);
    }

    public CookieContainer Jar { get; } = new();

    public void SignInAtPortal(string signInId) => Jar.Add(new Uri($"https://{EdgeWorld.Portal}:{_edge.Port}/"), new Cookie("who", signInId));

    public Task<HttpResponseMessage> GetAsync(string url) => SendAsync(new HttpRequestMessage(HttpMethod.Get, url));

    public Task<HttpResponseMessage> PostAsync(string url, params (string Name, string Value)[] form) => SendAsync(new HttpRequestMessage(HttpMethod.Post, url)
    {
        Content = new FormUrlEncodedContent(form.Select(field => KeyValuePair.Create(field.Name, field.Value))),
    });

    public Task<HttpResponseMessage> FollowAsync(HttpResponseMessage redirect) => GetAsync(redirect.Headers.Location!.OriginalString);

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request)
    {
        request.Headers.Add("Accept", "text/html,application/xhtml+xml");
        request.Headers.Add("Sec-Fetch-Mode", "navigate");
        return await _client.SendAsync(request).Within();
    }
}
