using System.Net;
using System.Net.WebSockets;

namespace PortPortal.TestSupport;

/// <summary>One person at one port, with a cookie jar of their own: opens gates by their forms, then the app and its sockets.</summary>
public sealed class PortalVisitor : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly PortalHttp _http;
    private readonly HttpClient _client;

    public PortalVisitor(PortalHttp http, Uri app)
    {
        (_http, App) = (http, app);
        _client = http.NewClient(Jar);
    }

    public Uri App { get; }

    public CookieContainer Jar { get; } = new();

    public string Cookie => Jar.GetCookieHeader(App);

    /// <summary>As a browser's window asks.</summary>
    public Task<HttpResponseMessage> GetAsync(string path = "/") => SendAsync(new(HttpMethod.Get, new Uri(App, path)));

    public Task<HttpResponseMessage> PostAsync(string path, params (string Name, string Value)[] form) => SendAsync(new(HttpMethod.Post, new Uri(App, path))
    {
        Content = new FormUrlEncodedContent(form.Select(field => KeyValuePair.Create(field.Name, field.Value))),
    });

    public Task<HttpResponseMessage> TryPinAsync(string pin) => PostAsync("/.portportal/pin", ("pin", pin));

    /// <exception cref="HttpRequestException">The gate did not let them in.</exception>
    public async Task EnterByPinAsync(string pin)
    {
        using var answer = await TryPinAsync(pin);
        if (answer.StatusCode != HttpStatusCode.SeeOther)
        {
            throw new HttpRequestException($"The PIN page answered {(int)answer.StatusCode}.", inner: null, answer.StatusCode);
        }
    }

    /// <summary>The app's echoing WebSocket, opened by the app's own page.</summary>
    public async Task<ClientWebSocket> OpenSocketAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        return await _http.OpenSocketAsync(new UriBuilder(new Uri(App, "/ws")) { Scheme = "wss" }.Uri, deadline.Token, Cookie, App.GetLeftPart(UriPartial.Authority));
    }

    /// <summary>The same over a connection pool and an HTTP version of choice.</summary>
    public async Task<ClientWebSocket> OpenSocketAsync(Version version, HttpMessageInvoker invoker)
    {
        var socket = new ClientWebSocket();
        (socket.Options.HttpVersion, socket.Options.HttpVersionPolicy) = (version, HttpVersionPolicy.RequestVersionExact);
        socket.Options.SetRequestHeader("Cookie", Cookie);
        socket.Options.SetRequestHeader("Origin", App.GetLeftPart(UriPartial.Authority));
        using var deadline = new CancellationTokenSource(Patience);
        await socket.ConnectAsync(new UriBuilder(new Uri(App, "/ws")) { Scheme = "wss" }.Uri, invoker, deadline.Token);
        return socket;
    }

    public SocketsHttpHandler NewHandler() => _http.NewHandler();

    /// <summary>The code that a problem document holds.</summary>
    public async Task<string?> CodeAsync(string path = "/")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(App, path));
        using var answer = await _client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.Content.Headers.ContentType?.MediaType == "application/problem+json" ? System.Text.Json.JsonElement.Parse(text).GetProperty("code").GetString() : null;
    }

    public void Dispose() => _client.Dispose();

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request)
    {
        request.Headers.Add("Accept", "text/html");
        request.Headers.Add("Sec-Fetch-Mode", "navigate");
        return await _client.SendAsync(request).WaitAsync(Patience);
    }
}
