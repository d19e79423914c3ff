using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PortPortal.Tests.Support;

namespace PortPortal.Tests.ShareLinks;

/// <summary>A whole portal with a clock that a test moves, and an app behind it.</summary>
internal sealed class LinkPortal : IAsyncDisposable
{
    private LinkPortal(PortalApp portal, EchoApp app, ManualTime time) => (Portal, App, Time) = (portal, app, time);

    public PortalApp Portal { get; }

    public EchoApp App { get; }

    public ManualTime Time { get; }

    public static async Task<LinkPortal> StartAsync()
    {
        var time = new ManualTime(TimeProvider.System.GetUtcNow());
        var portal = await PortalApp.StartAsync(adapt: services => services.AddSingleton<TimeProvider>(time));
        return new(portal, await EchoApp.StartAsync(), time);
    }

    /// <summary>A session of its own with the app exposed.</summary>
    public async Task<Exposed> ExposeAsync(string access = "pin")
    {
        var session = await Portal.Api.RegisterSessionAsync($"s-{Guid.NewGuid().ToString("N")[..8]}");
        var id = session.GetProperty("id").GetString()!;
        return new(id, await Portal.Api.ExposeAsync(id, App.Port, access));
    }

    public Task<JsonElement> CreateLinkAsync(Exposed exposed, object? body = null) =>
        Portal.Api.SendAsync(HttpMethod.Post, $"/v1/sessions/{exposed.Session}/ports/{App.Port}/share-links", body ?? new { });

    public LinkVisitor NewVisitor() => new(Portal.Http);

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await Portal.DisposeAsync();
    }
}

/// <param name="Session">The session's id.</param>
/// <param name="Answer">What exposing answered.</param>
internal sealed record Exposed(string Session, JsonElement Answer)
{
    public Uri Url => new(Answer.GetProperty("url").GetString()!);

    public Uri ShareLink => new(Answer.GetProperty("shareLink").GetString()!);

    public string Pin => Answer.GetProperty("pin").GetString()!;
}

/// <summary>Someone with a browser of their own, who follows where links lead.</summary>
internal sealed class LinkVisitor(PortalHttp http) : IDisposable
{
    private readonly CookieContainer _jar = new();
    private HttpClient? _following;
    private HttpClient? _still;

    public Task<HttpResponseMessage> OpenAsync(Uri url) => SendAsync(_following ??= http.NewClient(_jar, followRedirects: true), HttpMethod.Get, url);

    /// <summary>One step, no redirect.</summary>
    public Task<HttpResponseMessage> LookAsync(Uri url, HttpMethod? method = null, string? agent = null) => SendAsync(_still ??= http.NewClient(_jar), method ?? HttpMethod.Get, url, agent);

    public async Task<HttpResponseMessage> EnterPinAsync(Uri app, string pin, string target = "/")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(app, "/.portportal/pin")) { Content = new FormUrlEncodedContent([new("pin", pin), new("to", target)]) };
        request.Headers.Add("Accept", "text/html");
        return await (_following ??= http.NewClient(_jar, followRedirects: true)).SendAsync(request);
    }

    public string CookiesFor(Uri url) => _jar.GetCookieHeader(url);

    public void Dispose()
    {
        _following?.Dispose();
        _still?.Dispose();
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, HttpMethod method, Uri url, string? agent = null)
    {
        using var request = new HttpRequestMessage(method, url);
        request.Headers.Add("Accept", "text/html");
        if (agent is not null)
        {
            request.Headers.TryAddWithoutValidation("User-Agent", agent);
        }

        return await client.SendAsync(request);
    }
}
