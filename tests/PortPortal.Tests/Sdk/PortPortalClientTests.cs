using PortPortal.Sdk;
using PortPortal.Tests.Support;

namespace PortPortal.Tests.Sdk;

/// <summary>The client against the real program, over its own TLS.</summary>
[Collection(SdkPortalDefinition.Name)]
public sealed class PortPortalClientTests(SdkPortal portal) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly PortPortalClient _client = portal.NewClient();

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task R06_ExposedPorts_OfASession_AreListedWithTheirUrls()
    {
        var session = await _client.CreateSessionAsync(new NewSession { Address = "127.0.2.1", Network = new() { Expose = [new() { Port = 3000, Access = AccessModes.Public }, new() { Port = 8000 }] } });

        var ports = await _client.Session(session.Id).ListExposedPortsAsync();

        Assert.Equal(
            [(3000, $"https://3000-{session.Id}.localhost:{portal.App.Port}/"), (8000, $"https://8000-{session.Id}.localhost:{portal.App.Port}/")],
            ports.Select(port => (port.Port, port.Url.ToString())));
    }

    [Fact]
    public async Task R06_Port_OpenedChangedAndClosed_IsWhatTheAnswersSay()
    {
        var session = _client.Session((await _client.CreateSessionAsync(new NewSession { Address = "127.0.2.2", Name = "sdk-ports" })).Id);

        var opened = await session.ExposeAsync(new NewPort { Port = 3000, Access = AccessModes.Pin, Label = "web", Name = "web" });
        var rotated = await session.RotatePinAsync(3000);
        var changed = await session.ChangePortAsync(3000, new PortChange { Access = AccessModes.Email, AllowedEmails = ["ada@example.com"] });
        await session.ClosePortAsync(3000);
        await session.ClosePortAsync(3000);

        Assert.Matches("^[0-9]{6}$", opened.Pin);
        Assert.Equal("web", opened.Name);
        Assert.NotEqual(opened.Pin, rotated.Pin);
        Assert.Equal((AccessModes.Email, "ada@example.com"), (changed.Access, Assert.Single(changed.AllowedEmails!)));
        Assert.Empty(await session.ListExposedPortsAsync());
    }

    [Fact]
    public async Task Forward_OpenedChangedAndClosed_IsWhatTheAnswersSay()
    {
        var session = _client.Session((await _client.CreateSessionAsync(new NewSession { Address = "127.0.2.3", Name = "sdk-forwards" })).Id);
        var end = new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero);

        var opened = await session.ForwardAsync(new NewPortForward { GuestPort = 5432, Label = "orders", Sources = ["198.51.100.0/24"], Knock = true, ExpiresAt = end });
        var named = await session.ChangeForwardAsync(opened.Id, new ForwardChange { Label = "sales" });
        var changed = await session.ChangeForwardAsync(opened.Id, new ForwardChange { Sources = [], Knock = false, ExpiresAt = end.AddDays(1) });
        await session.CloseForwardAsync(opened.Id);
        var late = await Assert.ThrowsAsync<PortPortalException>(() => session.ChangeForwardAsync(opened.Id, new ForwardChange { Knock = true }));

        Assert.Equal(("orders", "198.51.100.0/24", true, end), (opened.Label, Assert.Single(opened.Sources), opened.Knock, opened.ExpiresAt));
        Assert.Equal(("sales", "198.51.100.0/24", true, end), (named.Label, Assert.Single(named.Sources), named.Knock, named.ExpiresAt));
        Assert.Equal(("sales", false, end.AddDays(1), opened.HostPort), (changed.Label, changed.Knock, changed.ExpiresAt, changed.HostPort));
        Assert.Empty(changed.Sources);
        Assert.Equal((404, "not_found"), (late.Status, late.Code));
    }

    [Fact]
    public async Task Refusal_OfARequestWithTwoFaults_TellsBoth()
    {
        var refused = await Assert.ThrowsAsync<PortPortalException>(() => _client.Session("this-machine").ExposeAsync(new NewPort { Port = 70000, Access = "friends" }));

        Assert.Equal(400, refused.Status);
        Assert.Equal(["access", "port"], refused.Faults.Select(fault => fault.Field).Order());
        Assert.All(refused.Faults, fault => Assert.NotEmpty(fault.Detail));
    }

    [Fact]
    public async Task Key_ThatNobodyMade_IsRefusedByItsCode()
    {
        using var stranger = portal.NewClient("pp_nobodynobodynobodynobodynobodynobody");

        var refused = await Assert.ThrowsAsync<PortPortalException>(() => stranger.ListSessionsAsync());

        Assert.Equal((401, "api_key_required"), (refused.Status, refused.Code));
    }

    [Fact]
    public async Task Certificate_OfAnAuthorityNotGiven_IsNotTrusted()
    {
        using var trusting = new PortPortalClient(portal.App.Portal, PortalApp.AdminApiKey);

        await Assert.ThrowsAsync<HttpRequestException>(() => trusting.ListSessionsAsync());
    }

    [Fact]
    public async Task Session_PausedResumedAndEnded_IsWaitedFor()
    {
        var session = _client.Session((await _client.CreateSessionAsync(new NewSession { Address = "127.0.2.3", Name = "sdk-waited" })).Id);
        var paused = session.WaitUntilAsync(SessionStates.Paused, Patience);
        await session.PauseAsync();
        Assert.Equal(SessionStates.Paused, (await paused).State);

        var tooSoon = await Assert.ThrowsAsync<TimeoutException>(() => session.WaitUntilAsync(SessionStates.Running, TimeSpan.FromMilliseconds(200)));
        Assert.Contains("is paused, not running", tooSoon.Message, StringComparison.Ordinal);

        var ended = session.WaitUntilAsync(SessionStates.Terminated, Patience);
        await session.ResumeAsync();
        await session.EndAsync();
        Assert.Equal(SessionStates.Terminated, (await ended).State);
    }

    [Fact]
    public async Task R18_PortEvents_TellOpeningAndClosingWithUrlTimeAndSession()
    {
        var session = await _client.CreateSessionAsync(new NewSession { Address = "127.0.2.4", Name = "sdk-events" });
        using var deadline = new CancellationTokenSource(Patience);
        await using var events = _client.WatchPortsAsync(deadline.Token).Where(happened => happened.SessionId == session.Id).GetAsyncEnumerator(deadline.Token);
        var next = events.MoveNextAsync();
        var exposed = await OpenOnceWatchedAsync(session.Id, 3000, next, deadline.Token);

        while (events.Current.Event == "port.closed")
        {
            Assert.True(await events.MoveNextAsync()); // the reading began between an opening and its closing
        }

        Assert.Equal(("port.exposed", 3000, exposed.Url), (events.Current.Event, events.Current.Port, events.Current.Url));
        Assert.Equal(TimeProvider.System.GetUtcNow(), events.Current.Timestamp, Patience);
        await _client.Session(session.Id).ClosePortAsync(3000, deadline.Token);
        Assert.True(await events.MoveNextAsync());
        Assert.Equal(("port.closed", 3000, exposed.Url), (events.Current.Event, events.Current.Port, events.Current.Url));
    }

    /// <summary>The reading begins some time after it was asked for, and what was open before is no news: close and open until it is seen.</summary>
    private async Task<ExposedPortInfo> OpenOnceWatchedAsync(string session, int port, ValueTask<bool> seen, CancellationToken cancellationToken)
    {
        var awaited = seen.AsTask();
        while (true)
        {
            var exposed = await _client.Session(session).ExposeAsync(port, cancellationToken);
            if (await Task.WhenAny(awaited, Task.Delay(TimeSpan.FromMilliseconds(500), cancellationToken)) == awaited)
            {
                return exposed;
            }

            await _client.Session(session).ClosePortAsync(port, cancellationToken);
        }
    }
}
