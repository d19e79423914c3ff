using PortPortal.Sdk;

namespace PortPortal.Tests.Sdk;

/// <summary>The status feed through a restart of the portal.</summary>
public sealed class StatusWatchTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Watch_ThroughARestart_GoesOnWithTheWholePicture()
    {
        await using var portal = await PortalProcess.StartAsync();
        await portal.Api.RegisterSessionAsync("watched");
        using var client = new PortPortalClient(portal.Portal, PortalProcess.AdminApiKey, new() { AuthorityFile = portal.AuthorityPath });
        using var deadline = new CancellationTokenSource(Patience);
        await using var messages = client.WatchAsync(deadline.Token).GetAsyncEnumerator(deadline.Token);

        Assert.True(await messages.MoveNextAsync());
        Assert.True(messages.Current.Reset);
        await portal.Child.KillAsync();
        await portal.RestartAsync();
        await portal.Api.ExposeAsync("watched", 3000);
        do
        {
            Assert.True(await messages.MoveNextAsync());
        }
        while (!messages.Current.Reset);

        Assert.Contains(messages.Current.Sessions, session => session.Name == "watched");
    }

    [Fact]
    public async Task Watch_OfAPortThatDoesNotAnswer_IsToldAtOnce()
    {
        using var client = new PortPortalClient(new Uri($"https://portal.localhost:{FreePort.Next()}"), PortalProcess.AdminApiKey);
        using var deadline = new CancellationTokenSource(Patience);

        await Assert.ThrowsAsync<HttpRequestException>(async () =>
        {
            await foreach (var _ in client.WatchAsync(deadline.Token))
            {
                Assert.Fail("Nobody is there.");
            }
        });
    }

    [Fact]
    public void Ledger_OfAPictureAfterACut_TellsWhatHappenedMeanwhile()
    {
        var ledger = new PortLedger(TimeProvider.System);
        ExposedPortInfo[] before = [Port(3000), Port(4000)];
        ExposedPortInfo[] after = [Port(4000), Port(5000)];

        Assert.Empty(ledger.Take(new StatusEvent { Reset = true, Ports = before }));
        var news = ledger.Take(new StatusEvent { Reset = true, Ports = after });

        Assert.Equal([("port.closed", 3000), ("port.exposed", 5000)], news.Select(happened => (happened.Event, happened.Port)));
    }

    [Fact]
    public void Ledger_OfAPortThatOnlyChanged_HasNoNews()
    {
        var ledger = new PortLedger(TimeProvider.System);
        ledger.Take(new StatusEvent { Reset = true, Ports = [Port(3000)] });

        Assert.Empty(ledger.Take(new StatusEvent { Reset = false, Ports = [Port(3000) with { Access = "public" }] }));
    }

    private static ExposedPortInfo Port(int port) => new() { Port = port, SessionId = "s", Url = new Uri($"https://{port}-s.localhost"), Access = "sso", State = "active" };
}
