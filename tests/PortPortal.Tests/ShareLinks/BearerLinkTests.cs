using System.Net;
using System.Net.WebSockets;
using System.Text.Json;
using PortPortal.Engine.Access;
using PortPortal.Engine.Common;
using PortPortal.Engine.Profiles;
using PortPortal.Tests.Edge;

namespace PortPortal.Tests.ShareLinks;

/// <summary>Links that are the key: they admit by themselves while their profile allows it, and go with it.</summary>
public sealed class BearerLinkTests : IAsyncLifetime
{
    private LinkPortal _world = null!;

    public async Task InitializeAsync()
    {
        _world = await LinkPortal.StartAsync();
        Allow(profile => profile with { BearerLinks = true });
    }

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task BearerLink_AdmitsByItself_AndRevokedIsOutWithinASecond()
    {
        var exposed = await _world.ExposeAsync("pin");
        var link = await _world.CreateLinkAsync(exposed, new { bearer = true, path = "/users" });
        using var visitor = _world.NewVisitor();
        using var page = await visitor.OpenAsync(UrlOf(link));
        Assert.Equal((HttpStatusCode.OK, "GET /users"), (page.StatusCode, _world.App.Requests.Last()));
        using var socket = await SocketAsync(exposed, visitor);
        Assert.Equal("hello", await SignInGateTests.EchoAsync(socket, "hello"));
        var closed = socket.ReceiveAsync(new byte[16], CancellationToken.None);

        await _world.Portal.Api.SendAsync(HttpMethod.Delete, $"/v1/share-links/{link.GetProperty("id").GetString()}");

        await Assert.ThrowsAnyAsync<WebSocketException>(() => closed.WaitAsync(TimeSpan.FromSeconds(1)));
        using var out1 = await visitor.LookAsync(exposed.Url);
        Assert.Equal(HttpStatusCode.Forbidden, out1.StatusCode);
        Assert.Contains("taken back", await out1.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var asked = await visitor.LookAsync(exposed.Url);
        Assert.Equal(HttpStatusCode.Unauthorized, asked.StatusCode); // what is left is the port's own check
    }

    [Fact]
    public async Task OneTimeBearerLink_OpenedByManyAtOnce_HasOneWinner()
    {
        var exposed = await _world.ExposeAsync("sso");
        var link = await _world.CreateLinkAsync(exposed, new { bearer = true, maxUses = 1 });
        var people = Enumerable.Range(0, 6).Select(_ => _world.NewVisitor()).ToList();

        var answers = await Task.WhenAll(people.Select(person => person.OpenAsync(UrlOf(link))));

        Assert.Equal(1, answers.Count(answer => answer.StatusCode == HttpStatusCode.OK));
        Assert.Equal(5, answers.Count(answer => answer.StatusCode == HttpStatusCode.Forbidden));
        people.ForEach(person => person.Dispose());
    }

    [Theory]
    [InlineData(false, AccessMode.Public)]
    [InlineData(true, AccessMode.Pin)]
    public async Task BearerLink_WhereTheProfileIsNarrowed_AsksThePortsOwnCheck(bool bearer, AccessMode widest)
    {
        var exposed = await _world.ExposeAsync("pin");
        var link = await _world.CreateLinkAsync(exposed, new { bearer = true });
        using var visitor = _world.NewVisitor();
        (await visitor.OpenAsync(UrlOf(link))).Dispose();
        using var socket = await SocketAsync(exposed, visitor);
        var closed = socket.ReceiveAsync(new byte[16], CancellationToken.None);

        Allow(profile => profile with { BearerLinks = bearer, WidestAccess = widest });
        _world.Time.Advance(TimeSpan.FromSeconds(1));

        await Assert.ThrowsAnyAsync<WebSocketException>(() => closed.WaitAsync(TimeSpan.FromSeconds(5)));
        using var newcomer = _world.NewVisitor();
        using var asked = await newcomer.OpenAsync(UrlOf(link));
        Assert.Equal(HttpStatusCode.Unauthorized, asked.StatusCode);
    }

    [Fact]
    public async Task PreviewLink_WhereNothingAsWideIsAllowed_IsNeitherMadeNorHonoured()
    {
        var exposed = await _world.ExposeAsync("sso");
        var made = await MintAsync(exposed.Session);
        using var anyone = _world.Portal.Http.NewClient();
        var url = new Uri(made.GetProperty("url").GetString()!);
        Assert.Equal(HttpStatusCode.OK, (await anyone.GetAsync(url)).StatusCode);

        Allow(profile => profile with { WidestAccess = AccessMode.Email });

        using var refused = await anyone.GetAsync(url);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Contains(RefusalCodes.PolicyForbids, await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await Assert.ThrowsAsync<HttpRequestException>(() => MintAsync(exposed.Session))).StatusCode);
    }

    private Task<JsonElement> MintAsync(string session) => _world.Portal.Api.SendAsync(HttpMethod.Post, $"/v1/sandboxes/{session}/preview-token", new { port = _world.App.Port });

    private void Allow(Func<Profile, Profile> change)
    {
        var book = _world.Portal.Get<ProfileBook>();
        book.Replace(book.Policy with { BearerLinks = true }, [.. book.All.Select(change)]);
    }

    private async Task<ClientWebSocket> SocketAsync(Exposed exposed, LinkVisitor visitor)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        return await _world.Portal.Http.OpenSocketAsync(new UriBuilder(exposed.Url) { Scheme = "wss", Path = "/ws" }.Uri, deadline.Token, visitor.CookiesFor(exposed.Url), exposed.Url.GetLeftPart(UriPartial.Authority));
    }

    private static Uri UrlOf(JsonElement link) => new(link.GetProperty("url").GetString()!);
}
