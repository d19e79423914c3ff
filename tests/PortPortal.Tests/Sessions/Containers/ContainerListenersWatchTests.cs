using PortPortal.Engine.Sessions.Containers;
using PortPortal.Engine.Sessions.Listeners;
using PortPortal.Tests.Sessions.Listeners;

namespace PortPortal.Tests.Sessions.Containers;

/// <summary>Where containers cannot be looked into; looking into real ones is a system test.</summary>
public sealed class ContainerListenersWatchTests : IAsyncLifetime
{
    private FakeContainerEngine _engine = null!;
    private ContainerWatch _containers = null!;

    public async Task InitializeAsync()
    {
        _engine = await FakeContainerEngine.StartAsync();
        _containers = ContainerEngineContract.Watch(_engine.Socket);
        await _containers.StartAsync(CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        await _containers.StopAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(10));
        _containers.Dispose();
        await _engine.DisposeAsync();
    }

    [LinuxFact]
    public async Task Look_ProcessNumberIsOfThisNamespace_ShowsNobodyElsesPorts()
    {
        using var listener = TestListener.On("127.0.0.1");
        _engine.FirstProcess = Environment.ProcessId;

        var seen = await LookAsync(start: true);

        Assert.Empty(seen.Listeners);
        Assert.Contains("not visible", seen.Problem, StringComparison.Ordinal);
    }

    [LinuxFact]
    public async Task Look_ProcessIsGone_SaysWhy()
    {
        var seen = await LookAsync(start: true);

        Assert.Empty(seen.Listeners);
        Assert.NotNull(seen.Problem);
    }

    [LinuxFact]
    public async Task Look_ContainerDoesNotRun_HasNoListenersAndNoProblem()
    {
        var seen = await LookAsync(start: false);

        Assert.Empty(seen.Listeners);
        Assert.Null(seen.Problem);
    }

    private async Task<ContainerListeners> LookAsync(bool start)
    {
        await _engine.CreateAsync("shop", [], start);
        await ContainerEngineContract.SeenAsync(_containers, "shop", seen => seen is not null && (seen.Pid is not null || !start));
        using var watch = new ContainerListenersWatch(_containers, new SocketOwners(TimeProvider.System), TimeProvider.System);

        watch.Look();

        return Assert.Single(watch.Current);
    }
}
