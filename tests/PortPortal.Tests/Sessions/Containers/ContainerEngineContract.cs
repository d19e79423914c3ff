using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using PortPortal.Engine.Sessions.Containers;

namespace PortPortal.Tests.Sessions.Containers;

/// <summary>What the watch needs of an engine; the fake passes it here, Podman in the system tests.</summary>
internal static class ContainerEngineContract
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>A container's whole life, seen step by step, and another that was there before.</summary>
    public static async Task LifeOfAContainerIsFollowedAsync(IContainerEngineUnderTest engine)
    {
        await engine.CreateAsync("pp-early", [], start: false);
        using var watch = Watch(engine.Socket);
        await watch.StartAsync(CancellationToken.None);
        await SeenAsync(watch, "pp-early", seen => seen is { State: ContainerState.Starting, Pid: null, Address: null });

        await engine.CreateAsync("pp-shop", new() { [ContainerLabels.NameLabel] = "shop", [ContainerLabels.ExposeLabel] = "3000:web:sso" }, start: true);
        await SeenAsync(watch, "pp-shop", seen => seen is { State: ContainerState.Running, Pid: > 0, Address: not null });
        var running = Find(watch, "pp-shop")!;
        Assert.Equal(new ContainerLabels("shop", [new(3000, "web", "sso")], []), running.Labels);
        Assert.Equal(engine.Image, running.Image);

        await engine.ActAsync("pp-shop", "pause");
        await SeenAsync(watch, "pp-shop", seen => seen?.State == ContainerState.Paused);
        Assert.Equal(running.Address, Find(watch, "pp-shop")!.Address);

        await engine.ActAsync("pp-shop", "unpause");
        await SeenAsync(watch, "pp-shop", seen => seen?.State == ContainerState.Running);

        await engine.ActAsync("pp-shop", "stop?t=0");
        await SeenAsync(watch, "pp-shop", seen => seen is { State: ContainerState.Exited, Pid: null, Address: null });

        await engine.ActAsync("pp-shop", "start");
        await SeenAsync(watch, "pp-shop", seen => seen?.State == ContainerState.Running);
        Assert.True(Find(watch, "pp-shop")!.StartedAt > running.StartedAt);

        await engine.RemoveAsync("pp-shop");
        await SeenAsync(watch, "pp-shop", seen => seen is null);
        Assert.NotNull(Find(watch, "pp-early"));
        await watch.StopAsync(CancellationToken.None).WaitAsync(Patience);
    }

    /// <summary>What happened between a list and the moment the stream opens is told all the same; the watch counts on it.</summary>
    public static async Task EventsOfThePastAreToldAsync(IContainerEngineUnderTest engine)
    {
        var before = TimeProvider.System.GetUtcNow() - TimeSpan.FromSeconds(1);
        await engine.CreateAsync("pp-past", [], start: true);
        using var client = new ContainerEngine(engine.Socket);
        using var end = new CancellationTokenSource(Patience);
        var id = Assert.Single(await client.ListAsync(end.Token));

        await using var changed = client.ChangedSinceAsync(before, end.Token).GetAsyncEnumerator(CancellationToken.None);

        Assert.True(await changed.MoveNextAsync());
        Assert.Equal(id, changed.Current);
    }

    public static ContainerWatch Watch(string socket, TimeProvider? time = null) =>
        new(Options.Create(new ContainerOptions { Socket = socket }), time ?? TimeProvider.System, NullLogger<ContainerWatch>.Instance);

    public static ContainerSighting? Find(ContainerWatch watch, string name) => watch.Current.Containers.FirstOrDefault(container => container.Name == name);

    public static Task SeenAsync(ContainerWatch watch, string name, Func<ContainerSighting?, bool> fits) =>
        Eventually.TrueAsync(() => fits(Find(watch, name)), $"{name} as awaited; it is {Find(watch, name)}, problem: {watch.Current.Problem}", Patience);
}

/// <summary>An engine that a test can make do things.</summary>
internal interface IContainerEngineUnderTest
{
    string Socket { get; }

    string Image { get; }

    Task CreateAsync(string name, Dictionary<string, string> labels, bool start);

    /// <param name="name">Which container.</param>
    /// <param name="action">As the Docker API spells it: <c>start</c>, <c>stop?t=0</c>, <c>pause</c>, <c>unpause</c>.</param>
    Task ActAsync(string name, string action);

    Task RemoveAsync(string name);
}
