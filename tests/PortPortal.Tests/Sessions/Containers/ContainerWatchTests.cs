using PortPortal.Engine.Sessions.Containers;

namespace PortPortal.Tests.Sessions.Containers;

public sealed class ContainerWatchTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private FakeContainerEngine _engine = null!;

    public async Task InitializeAsync() => _engine = await FakeContainerEngine.StartAsync();

    public async Task DisposeAsync() => await _engine.DisposeAsync();

    [Fact]
    public Task Watch_FakeEngine_FollowsTheLifeOfAContainer() => ContainerEngineContract.LifeOfAContainerIsFollowedAsync(_engine);

    [Fact]
    public Task Events_FakeEngine_TellsThoseOfThePast() => ContainerEngineContract.EventsOfThePastAreToldAsync(_engine);

    [Fact]
    public async Task Watch_StreamOfEventsEnds_ReadsAllAgain()
    {
        await _engine.CreateAsync("shop", [], start: true);
        using var watch = ContainerEngineContract.Watch(_engine.Socket);
        await watch.StartAsync(CancellationToken.None);
        await ContainerEngineContract.SeenAsync(watch, "shop", seen => seen?.State == ContainerState.Running);
        _engine.ChangeSilently("shop", "paused");

        _engine.EndEvents();

        await ContainerEngineContract.SeenAsync(watch, "shop", seen => seen?.State == ContainerState.Paused);
        await Eventually.TrueAsync(() => watch.Current.Problem is null, "the engine is followed again");
        await watch.StopAsync(CancellationToken.None).WaitAsync(Patience);
    }

    [Fact]
    public async Task Watch_EventWasLost_IsNoticedAtTheNextFullReading()
    {
        await _engine.CreateAsync("shop", [], start: true);
        var time = new ManualTime();
        using var watch = ContainerEngineContract.Watch(_engine.Socket, time);
        await watch.StartAsync(CancellationToken.None);
        await ContainerEngineContract.SeenAsync(watch, "shop", seen => seen?.State == ContainerState.Running);
        await EventsAreHeardAsync(watch);
        _engine.ChangeSilently("shop", "paused");

        await Eventually.TrueAsync(
            () =>
            {
                time.Advance(ContainerWatch.Relist / 10);
                return ContainerEngineContract.Find(watch, "shop")?.State == ContainerState.Paused;
            },
            "the full reading");

        await watch.StopAsync(CancellationToken.None).WaitAsync(Patience);
    }

    [Fact]
    public async Task Watch_OneContainerCannotBeInspected_ShowsTheOthers()
    {
        await _engine.CreateAsync("broken", [], start: true);
        await _engine.CreateAsync("shop", [], start: true);
        _engine.Broken = "broken";
        using var watch = ContainerEngineContract.Watch(_engine.Socket);
        await watch.StartAsync(CancellationToken.None);

        await ContainerEngineContract.SeenAsync(watch, "shop", seen => seen is not null);

        Assert.Equal("shop", Assert.Single(watch.Current.Containers).Name);
        await watch.StopAsync(CancellationToken.None).WaitAsync(Patience);
    }

    [Fact]
    public async Task Watch_HealthChecksByTheHundred_CauseNoReading()
    {
        await _engine.CreateAsync("shop", [], start: true);
        using var watch = ContainerEngineContract.Watch(_engine.Socket);
        await watch.StartAsync(CancellationToken.None);
        await ContainerEngineContract.SeenAsync(watch, "shop", seen => seen is not null);
        await EventsAreHeardAsync(watch);
        _engine.ChangeSilently("shop", "paused");

        for (var i = 0; i < 300; i++)
        {
            _engine.Announce("shop", "health_status: healthy");
        }

        await _engine.CreateAsync("after", [], start: false);
        await ContainerEngineContract.SeenAsync(watch, "after", seen => seen is not null);
        Assert.Equal(ContainerState.Running, ContainerEngineContract.Find(watch, "shop")?.State);
        await watch.StopAsync(CancellationToken.None).WaitAsync(Patience);
    }

    [Fact]
    public async Task Watch_EngineGoesAway_KeepsWhatItSawAndSaysSo()
    {
        await _engine.CreateAsync("shop", [], start: true);
        using var watch = ContainerEngineContract.Watch(_engine.Socket);
        await watch.StartAsync(CancellationToken.None);
        await ContainerEngineContract.SeenAsync(watch, "shop", seen => seen is not null);

        await _engine.DisposeAsync();

        await Eventually.TrueAsync(() => watch.Current.Problem is not null, "a problem");
        Assert.Contains(_engine.Socket, watch.Current.Problem, StringComparison.Ordinal);
        Assert.Single(watch.Current.Containers);
        await watch.StopAsync(CancellationToken.None).WaitAsync(Patience);
    }

    [Fact]
    public async Task Watch_EngineComesLater_IsFound()
    {
        using var directory = new TempDirectory();
        var link = directory.File("engine.sock");
        using var watch = ContainerEngineContract.Watch(link);
        await watch.StartAsync(CancellationToken.None);
        await Eventually.TrueAsync(() => watch.Current.Problem is not null, "a problem");
        await _engine.CreateAsync("shop", [], start: true);

        File.CreateSymbolicLink(link, _engine.Socket);

        await ContainerEngineContract.SeenAsync(watch, "shop", seen => seen is not null);
        Assert.Null(watch.Current.Problem);
        await watch.StopAsync(CancellationToken.None).WaitAsync(Patience);
    }

    [Fact]
    public async Task Watch_SettingNone_AsksNobody()
    {
        using var watch = ContainerEngineContract.Watch(ContainerOptions.None);

        await watch.StartAsync(CancellationToken.None);

        await watch.ExecuteTask!.WaitAsync(Patience);
        Assert.Empty(watch.Current.Containers);
    }

    /// <summary>Those of the past, which make it look at everything once more, are through when a new one has had its effect.</summary>
    private async Task EventsAreHeardAsync(ContainerWatch watch)
    {
        await _engine.CreateAsync("marker", [], start: false);
        await ContainerEngineContract.SeenAsync(watch, "marker", seen => seen is not null);
    }
}
