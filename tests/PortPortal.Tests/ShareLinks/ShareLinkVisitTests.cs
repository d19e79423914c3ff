using System.Net;
using System.Net.WebSockets;
using System.Text.Json;
using PortPortal.Engine.Common;
using PortPortal.Engine.ShareLinks;
using PortPortal.Tests.Edge;

namespace PortPortal.Tests.ShareLinks;

/// <summary>Opening share links at the whole program: they lead to their own port, respect its check, count people, and end.</summary>
public sealed class ShareLinkVisitTests : IAsyncLifetime
{
    private LinkPortal _world = null!;

    public async Task InitializeAsync() => _world = await LinkPortal.StartAsync();

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task P29_Exposure_OfAnyMode_IsBornWithALinkForADay()
    {
        foreach (var access in new[] { "sso", "pin", "public" })
        {
            var exposed = await _world.ExposeAsync(access);
            var session = await _world.Portal.Api.SessionAsync(exposed.Session);

            Assert.Matches($"^https://localhost:{_world.Portal.Port}/share/[a-z2-7]{{26}}$", exposed.ShareLink.OriginalString);
            Assert.Equal(exposed.ShareLink.OriginalString, session.GetProperty("exposedPorts")[0].GetProperty("shareLink").GetString());
            var link = (await LinksOfAsync(exposed)).Single();
            Assert.Equal(_world.Time.GetUtcNow().AddHours(24), link.GetProperty("expiresAt").GetDateTimeOffset(), TimeSpan.FromSeconds(1));
        }
    }

    [Fact]
    public async Task P32_LinkToAPinPort_AsksThePin_AndLandsOnItsStartPage()
    {
        var exposed = await _world.ExposeAsync("pin");
        var link = await _world.CreateLinkAsync(exposed, new { path = "/users?from=link" });
        using var visitor = _world.NewVisitor();

        using var asked = await visitor.OpenAsync(UrlOf(link));
        Assert.Equal(HttpStatusCode.Unauthorized, asked.StatusCode);
        Assert.Empty(_world.App.Requests);
        Assert.Contains("/users?from=link", await asked.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var entered = await visitor.EnterPinAsync(exposed.Url, exposed.Pin, "/users?from=link");
        Assert.Equal(HttpStatusCode.OK, entered.StatusCode);
        Assert.Equal("GET /users?from=link", _world.App.Requests.Last());

        var now = await LinkAsync(link);
        Assert.Equal(1, now.GetProperty("uses").GetInt32());
        Assert.True(now.TryGetProperty("lastUsedAt", out _));
    }

    [Fact]
    public async Task P31_P32_LinkToAnSsoPort_LeadsToTheSignIn_NotIn()
    {
        var exposed = await _world.ExposeAsync("sso");
        using var visitor = _world.NewVisitor();

        using var ended = await visitor.OpenAsync(exposed.ShareLink);

        Assert.Equal(_world.Portal.Portal.Host, ended.RequestMessage!.RequestUri!.Host);
        Assert.Empty(_world.App.Requests);
    }

    [Fact]
    public async Task P33_LinksOfTwoPorts_Differ_AndACodeOpensNoOtherPort()
    {
        var (one, other) = (await _world.ExposeAsync("public"), await _world.ExposeAsync("pin"));
        Assert.NotEqual(one.ShareLink, other.ShareLink);
        using var visitor = _world.NewVisitor();

        using var step = await visitor.LookAsync(one.ShareLink);
        var arrival = step.Headers.Location!;
        Assert.Equal(one.Url.Host, arrival.Host);
        Assert.DoesNotContain(one.ShareLink.Segments[^1], arrival.ToString(), StringComparison.Ordinal);
        using var elsewhere = await visitor.OpenAsync(new UriBuilder(arrival) { Host = other.Url.Host }.Uri);

        Assert.Equal(HttpStatusCode.Unauthorized, elsewhere.StatusCode);
        Assert.Empty(_world.App.Requests);
    }

    [Fact]
    public async Task E15_Code_IsWorthOneUse_AndTheTokenReachesNoApp()
    {
        var exposed = await _world.ExposeAsync("public");
        using var visitor = _world.NewVisitor();
        using var step = await visitor.LookAsync(exposed.ShareLink);
        Assert.Equal("no-referrer", step.Headers.GetValues("Referrer-Policy").Single());
        using var first = await visitor.OpenAsync(step.Headers.Location!);
        using var again = await visitor.OpenAsync(step.Headers.Location!);

        Assert.Equal(1, (await LinksOfAsync(exposed)).Single().GetProperty("uses").GetInt32());
        Assert.All(_world.App.Requests, request => Assert.Equal("GET /", request));
    }

    [Fact]
    public async Task P30_LinkThatIsOver_Answers403()
    {
        var exposed = await _world.ExposeAsync("public");
        var link = await _world.CreateLinkAsync(exposed, new { ttlSeconds = 300 });
        using var visitor = _world.NewVisitor();
        _world.Time.Advance(TimeSpan.FromSeconds(301));

        await RefusedAsync(visitor, UrlOf(link), RefusalCodes.LinkExpired);
        Assert.Equal("expired", (await LinkAsync(link)).GetProperty("state").GetString());
        Assert.Empty(_world.App.Requests);
    }

    [Fact]
    public async Task RevokedLink_Answers403_AndAnUnknownOne404_AndOneOfAClosedPort403()
    {
        var exposed = await _world.ExposeAsync("public");
        var link = await _world.CreateLinkAsync(exposed);
        await _world.Portal.Api.SendAsync(HttpMethod.Delete, $"/v1/share-links/{link.GetProperty("id").GetString()}");
        await _world.Portal.Api.SendAsync(HttpMethod.Delete, $"/v1/share-links/{link.GetProperty("id").GetString()}");
        using var visitor = _world.NewVisitor();

        await RefusedAsync(visitor, UrlOf(link), RefusalCodes.LinkRevoked);
        using var unknown = await visitor.LookAsync(new Uri(exposed.ShareLink, $"/share/{ShareLinkTokens.New()}"));
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        await _world.Portal.Api.CloseAsync(exposed.Session, _world.App.Port);
        await RefusedAsync(visitor, exposed.ShareLink, RefusalCodes.LinkExpired);
    }

    [Fact]
    public async Task OldLink_OfAPortThatIsExposedAgain_StaysEnded()
    {
        var exposed = await _world.ExposeAsync("public");
        await _world.Portal.Api.CloseAsync(exposed.Session, _world.App.Port);
        var again = await _world.Portal.Api.ExposeAsync(exposed.Session, _world.App.Port);
        using var visitor = _world.NewVisitor();

        Assert.NotEqual(exposed.ShareLink.OriginalString, again.GetProperty("shareLink").GetString());
        await RefusedAsync(visitor, exposed.ShareLink, RefusalCodes.LinkExpired);
    }

    [Theory]
    [InlineData("Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)")]
    [InlineData("Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)")]
    [InlineData("WhatsApp/2.23.20.0")]
    [InlineData("TelegramBot (like TwitterBot)")]
    [InlineData("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) Version/9.0.1 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0")]
    [InlineData("Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5 skype-url-preview@microsoft.com")]
    public async Task PreviewBot_SeesAPlainPage_AndUsesNothingUp(string agent)
    {
        var exposed = await _world.ExposeAsync("public");
        var link = await _world.CreateLinkAsync(exposed, new { maxUses = 1, label = "secret plan" });
        using var bot = _world.NewVisitor();

        using var seen = await bot.LookAsync(UrlOf(link), agent: agent);
        using var head = await bot.LookAsync(UrlOf(link), HttpMethod.Head);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (seen.StatusCode, head.StatusCode));
        var text = await seen.Content.ReadAsStringAsync();
        Assert.DoesNotContain(exposed.Url.Host, text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret plan", text, StringComparison.Ordinal);
        Assert.False(seen.Headers.Contains("Set-Cookie"));
        Assert.Equal(0, (await LinkAsync(link)).GetProperty("uses").GetInt32());
        using var person = await _world.NewVisitor().OpenAsync(UrlOf(link));
        Assert.Equal(HttpStatusCode.OK, person.StatusCode);
    }

    [Fact]
    public async Task LinkForTwoPeople_CountsPeopleNotRequests()
    {
        var exposed = await _world.ExposeAsync("public");
        var link = await _world.CreateLinkAsync(exposed, new { maxUses = 2 });
        using var nina = _world.NewVisitor();
        using var sam = _world.NewVisitor();
        using var late = _world.NewVisitor();
        for (var i = 0; i < 3; i++)
        {
            using var answer = await nina.OpenAsync(UrlOf(link));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        using var second = await sam.OpenAsync(UrlOf(link));
        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        await RefusedAsync(late, UrlOf(link), RefusalCodes.LinkUsedUp);
        using var back = await nina.OpenAsync(UrlOf(link));
        Assert.Equal(HttpStatusCode.OK, back.StatusCode);
        var now = await LinkAsync(link);
        Assert.Equal((2, "usedUp"), (now.GetProperty("uses").GetInt32(), now.GetProperty("state").GetString()));
    }

    [Fact]
    public async Task TwoAtOnceOnTheLastUse_AreOneWinner()
    {
        var exposed = await _world.ExposeAsync("pin");
        var link = await _world.CreateLinkAsync(exposed, new { maxUses = 1 });
        var people = Enumerable.Range(0, 8).Select(_ => _world.NewVisitor()).ToList();
        foreach (var person in people)
        {
            using var asked = await person.OpenAsync(UrlOf(link));
            Assert.Equal(HttpStatusCode.Unauthorized, asked.StatusCode);
        }

        var answers = await Task.WhenAll(people.Select(person => person.EnterPinAsync(exposed.Url, exposed.Pin)));

        Assert.Equal(1, answers.Count(answer => answer.StatusCode == HttpStatusCode.OK));
        Assert.Equal(7, answers.Count(answer => answer.StatusCode == HttpStatusCode.Forbidden));
        Assert.Equal(1, (await LinkAsync(link)).GetProperty("uses").GetInt32());
        people.ForEach(person => person.Dispose());
    }

    [Fact]
    public async Task E14_RevokedLink_CutsWhoCameByItWithinASecond_AndLetsTheOthersLive()
    {
        var exposed = await _world.ExposeAsync("pin");
        var link = await _world.CreateLinkAsync(exposed);
        using var byLink = _world.NewVisitor();
        using var byPin = _world.NewVisitor();
        (await byLink.OpenAsync(UrlOf(link))).Dispose();
        (await byLink.EnterPinAsync(exposed.Url, exposed.Pin)).Dispose();
        (await byPin.EnterPinAsync(exposed.Url, exposed.Pin)).Dispose();
        using var cut = await SocketAsync(exposed, byLink);
        using var kept = await SocketAsync(exposed, byPin);
        var closed = cut.ReceiveAsync(new byte[16], CancellationToken.None);

        var watch = System.Diagnostics.Stopwatch.StartNew();
        await _world.Portal.Api.SendAsync(HttpMethod.Delete, $"/v1/share-links/{link.GetProperty("id").GetString()}");
        await Assert.ThrowsAnyAsync<WebSocketException>(() => closed.WaitAsync(TimeSpan.FromSeconds(5)));

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(1), $"{watch.Elapsed}");
        Assert.Equal("still here", await SignInGateTests.EchoAsync(kept, "still here"));
        using var back = await byLink.OpenAsync(exposed.Url);
        Assert.Equal(HttpStatusCode.Unauthorized, back.StatusCode);
    }

    [Fact]
    public async Task E14_LinkThatReachesItsEnd_CutsWhoCameByIt()
    {
        var exposed = await _world.ExposeAsync("pin");
        var link = await _world.CreateLinkAsync(exposed, new { ttlSeconds = 300 });
        using var visitor = _world.NewVisitor();
        (await visitor.OpenAsync(UrlOf(link))).Dispose();
        (await visitor.EnterPinAsync(exposed.Url, exposed.Pin)).Dispose();
        using var socket = await SocketAsync(exposed, visitor);
        var closed = socket.ReceiveAsync(new byte[16], CancellationToken.None);

        _world.Time.Advance(TimeSpan.FromSeconds(302));

        await Assert.ThrowsAnyAsync<WebSocketException>(() => closed.WaitAsync(TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public async Task ClosedPort_AnswersAFormerVisitor410_AndStrangers404()
    {
        var exposed = await _world.ExposeAsync("pin");
        using var former = _world.NewVisitor();
        (await former.EnterPinAsync(exposed.Url, exposed.Pin)).Dispose();
        await _world.Portal.Api.CloseAsync(exposed.Session, _world.App.Port);

        using var ended = await former.OpenAsync(exposed.Url);
        using var stranger = await _world.NewVisitor().OpenAsync(exposed.Url);

        Assert.Equal((HttpStatusCode.Gone, HttpStatusCode.NotFound), (ended.StatusCode, stranger.StatusCode));
    }

    [Fact]
    public async Task ForgedTokens_OpenNothing()
    {
        var exposed = await _world.ExposeAsync("public");
        var feed = _world.Portal.Get<ShareLinkFeed>();
        var genuine = exposed.ShareLink.Segments[^1];
        var random = new Random(7);
        var accepted = 0;
        for (var i = 0; i < 100_000; i++)
        {
            var letters = genuine.ToCharArray();
            var at = random.Next(letters.Length);
            letters[at] = letters[at] == 'a' ? 'b' : 'a';
            accepted += feed.FindByToken(i % 2 == 0 ? ShareLinkTokens.New() : new string(letters)) is null ? 0 : 1;
        }

        Assert.Equal(0, accepted);
        Assert.NotNull(feed.FindByToken(genuine));
    }

    private async Task<ClientWebSocket> SocketAsync(Exposed exposed, LinkVisitor visitor)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        var url = new UriBuilder(exposed.Url) { Scheme = "wss", Path = "/ws" }.Uri;
        return await _world.Portal.Http.OpenSocketAsync(url, deadline.Token, visitor.CookiesFor(exposed.Url), exposed.Url.GetLeftPart(UriPartial.Authority));
    }

    private static async Task RefusedAsync(LinkVisitor visitor, Uri link, string code)
    {
        using var page = await visitor.LookAsync(link);
        Assert.Equal(HttpStatusCode.Forbidden, page.StatusCode);
        Assert.Contains(code switch { RefusalCodes.LinkUsedUp => "used up", RefusalCodes.LinkRevoked => "taken back", _ => "This link has" }, await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private async Task<JsonElement> LinkAsync(JsonElement link)
    {
        var all = await _world.Portal.Api.SendAsync(HttpMethod.Get, "/v1/share-links");
        return all.EnumerateArray().Single(found => found.GetProperty("id").GetString() == link.GetProperty("id").GetString());
    }

    private async Task<List<JsonElement>> LinksOfAsync(Exposed exposed) =>
        [.. (await _world.Portal.Api.SendAsync(HttpMethod.Get, $"/v1/sessions/{exposed.Session}/ports/{_world.App.Port}/share-links")).EnumerateArray()];

    private static Uri UrlOf(JsonElement link) => new(link.GetProperty("url").GetString()!);
}
