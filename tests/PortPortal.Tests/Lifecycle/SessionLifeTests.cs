using System.Net;
using System.Net.Http.Json;
using PortPortal.Engine.Common;
using PortPortal.Engine.Exposures;
using PortPortal.Engine.Sessions;

namespace PortPortal.Tests.Lifecycle;

/// <summary>What pause, resume, the end and time do to a session's URLs, as visitors meet them.</summary>
public sealed class SessionLifeTests
{
    private static readonly Actor Mo = new("mo", "Mo", Role.Member);
    private static readonly Actor Ada = new("ada", "Ada", Role.Member);

    [Fact]
    public async Task R09_PausedSession_AnswersThatItIsPaused_AndResumesAtTheSameUrl()
    {
        await using var world = await LifeWorld.StartAsync();
        var url = await world.OpenAsync("napping");
        Assert.Equal(HttpStatusCode.OK, (await world.VisitAsync(url)).Status);

        await world.Api.SendAsync(HttpMethod.Post, "/v1/sessions/napping/stop");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "session_paused"), await world.VisitAsync(url));

        await world.Api.SendAsync(HttpMethod.Post, "/v1/sessions/napping/start");
        Assert.Equal(HttpStatusCode.OK, (await world.VisitAsync(url)).Status);
    }

    [Fact]
    public async Task R08_Pause_CutsAnOpenWebSocket()
    {
        await using var world = await LifeWorld.StartAsync();
        var url = await world.OpenAsync("cut");
        using var deadline = new CancellationTokenSource(Eventually.Patience);
        using var socket = await world.Portal.Http.OpenSocketAsync(new UriBuilder(url) { Scheme = "wss", Path = "/ws" }.Uri, deadline.Token);

        await world.Api.PauseAsync("cut");

        await Assert.ThrowsAsync<System.Net.WebSockets.WebSocketException>(() => socket.ReceiveAsync(new byte[16], deadline.Token));
    }

    [Fact]
    public async Task S05_P34_EndedSession_HasNothingAtItsUrl()
    {
        await using var world = await LifeWorld.StartAsync();
        var url = await world.OpenAsync("over");
        Assert.Equal(HttpStatusCode.OK, (await world.VisitAsync(url)).Status);

        await world.Api.TerminateAsync("over");

        Assert.Equal((HttpStatusCode.NotFound, "not_found"), await world.VisitAsync(url));
        await world.Api.TerminateAsync(url.Host.Split('.')[0].Split('-')[1]); // once more is no error
        Assert.Equal(HttpStatusCode.Conflict, await StatusAsync(world, HttpMethod.Post, "resume", url));
    }

    [Fact]
    public async Task P35_SessionOutOfTime_EndsWithItsPorts()
    {
        await using var world = await LifeWorld.StartAsync();
        var end = world.Time.GetUtcNow().AddHours(1);
        var session = await world.Api.RegisterSessionAsync(new { name = "timed", address = "127.0.0.1", expiresAt = end, network = new { expose = new[] { new { port = world.App.Port, access = "public" } } } });
        var url = new Uri(session.GetProperty("exposedPorts")[0].GetProperty("url").GetString()!);
        var id = session.GetProperty("id").GetString()!;
        world.Time.Leap(TimeSpan.FromMinutes(59));
        Assert.Equal(HttpStatusCode.OK, (await world.VisitAsync(url)).Status);

        world.Time.Leap(TimeSpan.FromMinutes(2));

        await Eventually.TrueAsync(async () => (await world.Api.SessionAsync(id)).GetProperty("state").GetString() == "terminated", "the session has ended");
        Assert.Equal(HttpStatusCode.NotFound, (await world.VisitAsync(url)).Status);
        Assert.Contains("reached its end", Assert.Single(await world.AuditAsync("session.ended")).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EndedSession_IsShownForADay_ThenForgotten()
    {
        await using var world = await LifeWorld.StartAsync();
        var id = (await world.Api.RegisterSessionAsync("yesterday")).GetProperty("id").GetString()!;
        await world.Api.TerminateAsync(id);
        world.Time.Leap(TimeSpan.FromHours(23));
        Assert.Equal("terminated", (await world.Api.SessionAsync(id)).GetProperty("state").GetString());

        world.Time.Leap(TimeSpan.FromHours(2));

        await Eventually.TrueAsync(() => world.Portal.Get<SessionFeed>().Find(id) is null, "it is forgotten");
    }

    [Fact]
    public async Task PatchSession_MovesTheEndOut_AndTakesItAway()
    {
        await using var world = await LifeWorld.StartAsync();
        var soon = world.Time.GetUtcNow().AddMinutes(5);
        await world.Api.RegisterSessionAsync(new { name = "longer", address = "127.0.0.1", expiresAt = soon });

        var later = await world.Api.SendAsync(HttpMethod.Patch, "/v1/sessions/longer", new { expiresAt = soon.AddHours(1) });
        world.Time.Leap(TimeSpan.FromMinutes(10));
        var endless = await world.Api.SendAsync(HttpMethod.Patch, "/v1/sessions/longer", new { expiresAt = (DateTimeOffset?)null });
        world.Time.Leap(TimeSpan.FromHours(3));

        Assert.Equal(soon.AddHours(1).ToUnixTimeMilliseconds(), later.GetProperty("expiresAt").GetDateTimeOffset().ToUnixTimeMilliseconds());
        Assert.False(endless.TryGetProperty("expiresAt", out _));
        Assert.Equal("running", (await world.Api.SessionAsync("longer")).GetProperty("state").GetString());
    }

    [Fact]
    public async Task PatchPort_EndIsMovedOut_AndTakenAway()
    {
        await using var world = await LifeWorld.StartAsync();
        var soon = world.Time.GetUtcNow().AddMinutes(5);
        var url = await world.OpenAsync("port-end", new { port = world.App.Port, access = "public", expiresAt = soon });

        await world.Api.ChangeAsync("port-end", world.App.Port, new { expiresAt = (DateTimeOffset?)null });
        world.Time.Leap(TimeSpan.FromMinutes(10));
        Assert.Equal(HttpStatusCode.OK, (await world.VisitAsync(url)).Status);
        await world.Api.ChangeAsync("port-end", world.App.Port, new { expiresAt = world.Time.GetUtcNow().AddMinutes(1) });
        world.Time.Leap(TimeSpan.FromMinutes(2));

        await Eventually.TrueAsync(() => world.Portal.Get<ExposureFeed>().Items.IsEmpty, "the port has reached its end");
        Assert.Equal(HttpStatusCode.NotFound, (await world.VisitAsync(url)).Status);
    }

    [Fact]
    public async Task Name_OfAnEndedSession_IsKeptForItsOwnerForADay()
    {
        await using var world = await LifeWorld.StartAsync();
        var registration = world.Portal.Get<SessionRegistration>();
        await RegisterAsync(registration, "shop", Mo);
        await world.Portal.Get<SessionEnding>().EndAsync("shop", Mo, CancellationToken.None);

        var taken = await RegisterAsync(registration, "shop", Ada);
        world.Time.Leap(TimeSpan.FromHours(25));
        var free = await RegisterAsync(registration, "shop", Ada);

        Assert.Equal(RefusalCodes.NameInUse, Assert.Single(taken.Refusals).Code);
        Assert.True(free.Succeeded);
    }

    [Fact]
    public async Task PortOfThisMachine_IsKeptForWhoHadItForADay()
    {
        await using var world = await LifeWorld.StartAsync(new Dictionary<string, string?>(StringComparer.Ordinal) { ["Sessions:MembersUseThisMachine"] = "true" });
        var exposures = world.Portal.Get<ExposureService>();
        await exposures.ExposeAsync("this-machine", new() { Port = 3000 }, Mo, [], CancellationToken.None);
        await exposures.CloseAsync("this-machine", 3000, Mo, CancellationToken.None);

        var other = await exposures.ExposeAsync("this-machine", new() { Port = 3000 }, Ada, [], CancellationToken.None);
        var same = await exposures.ExposeAsync("this-machine", new() { Port = 3000 }, Mo, [], CancellationToken.None);
        await exposures.CloseAsync("this-machine", 3000, Mo, CancellationToken.None);
        world.Time.Leap(TimeSpan.FromHours(25));
        var later = await exposures.ExposeAsync("this-machine", new() { Port = 3000 }, Ada, [], CancellationToken.None);

        Assert.Equal(RefusalCodes.NameInUse, Assert.Single(other.Refusals).Code);
        Assert.True(same.Succeeded);
        Assert.True(later.Succeeded);
    }

    [Fact]
    public async Task P36_Registration_ThatFails_LeavesNoPortBehind()
    {
        await using var world = await LifeWorld.StartAsync();
        await world.Api.RegisterSessionAsync("taken");

        await Assert.ThrowsAsync<HttpRequestException>(() => world.Api.RegisterSessionAsync(
            new { name = "taken", address = "127.0.0.1", network = new { expose = new[] { new { port = 3000 }, new { port = 3001 } } } }));

        Assert.Empty(world.Portal.Get<ExposureFeed>().Items);
        Assert.Single(world.Portal.Get<SessionFeed>().Items.Values, session => !session.IsThisMachine);
    }

    [Fact]
    public async Task IdlePort_ClosesItself_WhenNobodyCameForLongEnough()
    {
        await using var world = await LifeWorld.StartAsync();
        var url = await world.OpenAsync("quiet", new { port = world.App.Port, access = "public", closeAfterIdleSeconds = 600 });
        await AdvanceAsync(world, TimeSpan.FromMinutes(8));
        Assert.Equal(HttpStatusCode.OK, (await world.VisitAsync(url)).Status);
        await AdvanceAsync(world, TimeSpan.FromMinutes(8));
        Assert.Equal(600, (await world.Api.SessionAsync("quiet")).GetProperty("exposedPorts")[0].GetProperty("closeAfterIdleSeconds").GetInt32());

        await AdvanceAsync(world, TimeSpan.FromMinutes(3));

        await Eventually.TrueAsync(() => world.Portal.Get<ExposureFeed>().Items.IsEmpty, "the port has closed itself");
        Assert.Equal("Port " + world.App.Port + " of quiet closed itself: nobody came for 10 minutes.", Assert.Single(await world.AuditAsync("port.closed")).Reason);
    }

    [Fact]
    public async Task IdlePort_WithAnOpenWebSocket_StaysOpen()
    {
        await using var world = await LifeWorld.StartAsync();
        var url = await world.OpenAsync("watched", new { port = world.App.Port, access = "public", closeAfterIdleSeconds = 60 });
        using var deadline = new CancellationTokenSource(Eventually.Patience);
        using var socket = await world.Portal.Http.OpenSocketAsync(new UriBuilder(url) { Scheme = "wss", Path = "/ws" }.Uri, deadline.Token);

        await AdvanceAsync(world, TimeSpan.FromMinutes(5));

        var port = (await world.Api.SessionAsync("watched")).GetProperty("exposedPorts")[0];
        Assert.Equal("active", port.GetProperty("state").GetString());
        Assert.False(port.TryGetProperty("idleEndsAt", out _));
    }

    /// <summary>In steps, so that what looks at the clock every few seconds gets to look.</summary>
    private static async Task AdvanceAsync(LifeWorld world, TimeSpan by)
    {
        for (var passed = TimeSpan.Zero; passed < by; passed += TimeSpan.FromSeconds(20))
        {
            world.Time.Advance(TimeSpan.FromSeconds(20));
            await Task.Delay(10);
        }
    }

    private static Task<Outcome<SessionStatus>> RegisterAsync(SessionRegistration registration, string name, Actor actor) =>
        registration.RegisterAsync(new() { Name = name, Address = "10.9.8.7" }, [], actor, [], CancellationToken.None);

    private static async Task<HttpStatusCode> StatusAsync(LifeWorld world, HttpMethod method, string act, Uri url)
    {
        using var request = new HttpRequestMessage(method, $"/v1/sessions/{url.Host.Split('.')[0].Split('-')[1]}/{act}");
        using var response = await world.Api.Http.SendAsync(request);
        return response.StatusCode;
    }
}
