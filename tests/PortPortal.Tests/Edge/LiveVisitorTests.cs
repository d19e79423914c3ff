using System.Net;
using Microsoft.AspNetCore.Http;
using PortPortal.Engine.Access;
using PortPortal.Engine.Audit;
using PortPortal.Engine.Edge.Routes;
using PortPortal.Engine.Edge.Traffic;
using PortPortal.Engine.Revocations;
using PortPortal.Tests.Edge.Upstream;

namespace PortPortal.Tests.Edge;

/// <summary>Who is there, what they use, and that they are out when somebody says so.</summary>
public sealed class LiveVisitorTests
{
    [Fact]
    public async Task Visitors_ArePeopleNotSockets_WithTheirSocketsAndBytes()
    {
        await using var edge = await EdgeWorld.StartAsync();
        await using var app = await WebSocketApp.StartAsync();
        var exposure = edge.Expose(app.EndPoint);
        using var first = await edge.OpenWebSocketAsync(exposure);
        using var second = await edge.OpenWebSocketAsync(exposure);
        await SignInGateTests.EchoAsync(first, "hello");
        await SignInGateTests.EchoAsync(second, "hello");

        var visitor = await SeenAsync(edge, exposure.Id, seen => seen.WebSockets == 2);

        Assert.Equal("Public", visitor.CameBy);
        Assert.Equal("127.0.0.1", visitor.From);
        Assert.Null(visitor.Who);
        Assert.True(visitor.BytesUp >= 10 && visitor.BytesDown >= 10, $"{visitor.BytesUp} {visitor.BytesDown}");
    }

    [Fact]
    public async Task Disconnect_OfOnePerson_CutsAllTheirSocketsAndNobodyElses()
    {
        await using var edge = await EdgeWorld.StartAsync();
        await using var app = await WebSocketApp.StartAsync();
        var exposure = edge.Expose(app.EndPoint, AccessMode.Sso);
        var origin = $"https://{EdgeWorld.HostOf(exposure)}:{edge.Port}";
        var nina = await GrantAsync(edge, exposure, "nina");
        var sam = await GrantAsync(edge, exposure, "sam");
        using var ninas = await edge.OpenWebSocketAsync(exposure, nina, origin);
        using var ninasOther = await edge.OpenWebSocketAsync(exposure, nina, origin);
        using var sams = await edge.OpenWebSocketAsync(exposure, sam, origin);
        await SignInGateTests.EchoAsync(sams, "still here");
        var visitor = await SeenAsync(edge, exposure.Id, seen => seen is { Who: "nina", WebSockets: 2 });

        Disconnect(edge, exposure.Id, visitor.Id);

        await SignInGateTests.IsCutAsync(ninas);
        await SignInGateTests.IsCutAsync(ninasOther);
        Assert.Equal("still here", await SignInGateTests.EchoAsync(sams, "still here"));
        await Assert.ThrowsAsync<System.Net.WebSockets.WebSocketException>(() => edge.OpenWebSocketAsync(exposure, nina, origin)); // the grant is gone as well
    }

    [Fact]
    public async Task DisconnectAll_CutsTwoHundredSocketsWithinASecond_AndOtherPortsLive()
    {
        await using var edge = await EdgeWorld.StartAsync();
        await using var app = await WebSocketApp.StartAsync();
        var exposure = edge.Expose(app.EndPoint);
        var other = edge.Expose(app.EndPoint);
        var sockets = new List<System.Net.WebSockets.ClientWebSocket>();
        for (var i = 0; i < 200; i++)
        {
            sockets.Add(await edge.OpenWebSocketAsync(exposure));
        }

        using var alive = await edge.OpenWebSocketAsync(other);
        var reads = sockets.Select(socket => socket.ReceiveAsync(new byte[16], CancellationToken.None)).ToList();
        var watch = System.Diagnostics.Stopwatch.StartNew();

        edge.Get<EdgeConnections>().Cut(exposure.Id, one: null);

        var ended = await Task.WhenAll(reads.Select(read => read.ContinueWith(done => done.IsFaulted, TaskScheduler.Default))).Within();
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(1), $"{watch.Elapsed}");
        Assert.All(ended, Assert.True);
        Assert.Equal("hello", await SignInGateTests.EchoAsync(alive, "hello"));
        sockets.ForEach(socket => socket.Dispose());
    }

    [Fact]
    public async Task Traffic_OfAnExposure_IsCountedAndPublished()
    {
        await using var edge = await EdgeWorld.StartAsync();
        await using var app = OddUpstream.Saying($"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{new string('x', 1000)}");
        var exposure = edge.Expose(app.EndPoint);
        using var client = edge.NewClient();
        for (var i = 0; i < 3; i++)
        {
            using var body = new StringContent(new string('y', 500));
            using var answer = await client.PostAsync(edge.UrlOf(exposure), body).Within();
        }

        var traffic = await UntilAsync(() => edge.Get<TrafficFeed>().Find(exposure.Id), seen => seen is { Requests: 3, BytesDown: 3000, BytesUp: 1500 });

        Assert.Equal(TrafficStatus.Buckets, traffic.Recent.Count);
        Assert.Equal(4500, traffic.Recent.Sum(bucket => bucket.Bytes));
        Assert.NotNull(traffic.LastRequestAt);
    }

    [Fact]
    public async Task Closing_TakesVisitorsAndTrafficOutOfTheFeeds()
    {
        await using var edge = await EdgeWorld.StartAsync();
        await using var app = OddUpstream.Echo();
        var exposure = edge.Expose(app.EndPoint);
        using var client = edge.NewClient();
        await client.GetStringAsync(edge.UrlOf(exposure)).Within();
        await SeenAsync(edge, exposure.Id, _ => true);

        edge.Feed.Remove(exposure.Id);

        await UntilAsync(() => edge.Get<VisitorFeed>().Items.Count + edge.Get<TrafficFeed>().Items.Count + "", count => count == "0");
    }

    [Fact]
    public async Task Audit_OfFirstEntryAndRefusals_FoldsTheSameAndNamesNoSecret()
    {
        await using var edge = await EdgeWorld.StartAsync();
        await using var app = OddUpstream.Echo();
        var exposure = edge.Expose(app.EndPoint, AccessMode.Sso);
        using var client = edge.NewClient();
        for (var i = 0; i < 5; i++)
        {
            using var refused = await client.GetAsync(edge.UrlOf(exposure)).Within();
        }

        var grant = await GrantAsync(edge, exposure, "nina");
        using var request = new HttpRequestMessage(HttpMethod.Get, edge.UrlOf(exposure)) { Headers = { { "Cookie", grant } } };
        using var entered = await client.SendAsync(request).Within();

        Assert.Collection(
            edge.Audit,
            entry => Assert.Equal(("visit.refused", AuditResult.Refused, "127.0.0.1", exposure.Port), (entry.Action, entry.Result, entry.From, entry.Port)),
            entry => Assert.Equal(("visit.admitted", AuditResult.Done, "nina", exposure.SessionId), (entry.Action, entry.Result, entry.ActorId, entry.SessionId)));
        Assert.DoesNotContain(edge.Audit, entry => entry.ToString().Contains(grant[20..], StringComparison.Ordinal));
    }

    [Fact]
    public void Audit_OfAFloodFromEverywhere_IsAHundredLinesAndOneForTheRest()
    {
        const int Flood = 10_000;
        var time = new ManualTime(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));
        List<AuditEntry> written = [];
        var audit = new VisitAudit(written.Add, time);
        using var cut = new CancellationTokenSource();
        var route = new EdgeRoute(EdgeWorld.NewExposure("shop", 3000, new IPEndPoint(IPAddress.Loopback, 3000)), null!, new RouteLimit(time), cut);
        for (var i = 0; i < Flood; i++)
        {
            audit.Refused(From(i), route, new Visitor("3000-shop.edge.test"), "the PIN was wrong");
        }

        Assert.Equal(VisitAudit.MostLines + 1, written.Count);

        time.Advance(VisitAudit.Window);
        audit.Settle();
        Assert.EndsWith($"{Flood - VisitAudit.MostLines - 1} more times in 10 minutes.", written[^1].Reason, StringComparison.Ordinal);
        audit.Refused(From(0), route, new Visitor("3000-shop.edge.test"), "the PIN was wrong");
        Assert.Equal("10.0.0.0", written[^1].From);

        static HttpContext From(int i) => new DefaultHttpContext { Connection = { RemoteIpAddress = new IPAddress([10, 0, (byte)(i >> 8), (byte)i]) } };
    }

    [Theory]
    [InlineData("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36", "Chrome · Linux")]
    [InlineData("Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15", "Safari · macOS")]
    [InlineData("Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/140.0", "Firefox · Windows")]
    [InlineData("Mozilla/5.0 Chrome/140.0.0.0 Safari/537.36 Edg/140.0", "Edge")]
    [InlineData("curl/8.5.0", "curl")]
    [InlineData("python-requests/2.31", "python-requests")]
    [InlineData("<script>alert(1)</script>", "<script>alert")]
    [InlineData("\u001b[31mred", "Unknown")]
    [InlineData("", "Unknown")]
    [InlineData(null, "Unknown")]
    public void UserAgent_IsWhatPeopleRecognise(string? text, string family) => Assert.Equal(family, UserAgentFamily.Of(text));

    internal static async Task<string> GrantAsync(EdgeWorld edge, Engine.Exposures.ExposureStatus exposure, string who)
    {
        var browser = new Browser(edge);
        browser.SignInAtPortal(edge.People.SignIn(who));
        return SignInGateTests.GrantOf(await browser.FollowAsync(await browser.FollowAsync(await browser.GetAsync(edge.UrlOf(exposure)))));
    }

    /// <summary>What <see cref="VisitorService"/> does once it is written.</summary>
    private static void Disconnect(EdgeWorld edge, string exposureId, string visitorId)
    {
        var visitor = edge.Get<EdgeConnections>().Find(exposureId, visitorId)!;
        edge.Get<RevokedGrants>().Add(visitor.Grant!.Id, visitor.Grant.ExpiresAt);
        edge.Get<EdgeConnections>().Cut(exposureId, visitor);
    }

    private static async Task<VisitorStatus> SeenAsync(EdgeWorld edge, string exposureId, Func<VisitorStatus, bool> which) =>
        await UntilAsync(() => edge.Get<VisitorFeed>().Of(exposureId).FirstOrDefault(which), seen => seen is not null);

    private static async Task<T> UntilAsync<T>(Func<T?> read, Func<T, bool> isThere)
        where T : class
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        while (true)
        {
            if (read() is { } value && isThere(value))
            {
                return value;
            }

            await Task.Delay(50, deadline.Token);
        }
    }
}
