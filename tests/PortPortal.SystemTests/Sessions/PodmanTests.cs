using PortPortal.Engine.Sessions.Containers;
using PortPortal.Engine.Sessions.Listeners;
using PortPortal.Tests.Sessions.Containers;

namespace PortPortal.SystemTests.Sessions;

public sealed class PodmanTests
{
    [SystemFact("podman", "runc", "/usr/lib/podman/netavark", "iptables", "busybox", "nsenter")]
    public async Task Watch_Podman_FollowsTheLifeOfAContainer()
    {
        await using var podman = await PodmanEngine.StartAsync();

        await ContainerEngineContract.LifeOfAContainerIsFollowedAsync(podman);
    }

    [SystemFact("podman", "runc", "/usr/lib/podman/netavark", "iptables", "busybox", "nsenter")]
    public async Task Events_Podman_TellsThoseOfThePast()
    {
        await using var podman = await PodmanEngine.StartAsync();

        await ContainerEngineContract.EventsOfThePastAreToldAsync(podman);
    }

    [SystemFact("podman", "runc", "/usr/lib/podman/netavark", "iptables", "busybox", "nsenter")]
    public async Task S17_ListenersInAContainer_AreFoundWithTheAddressToDial()
    {
        await using var podman = await PodmanEngine.StartAsync();
        using var watch = ContainerEngineContract.Watch(podman.Socket);
        await watch.StartAsync(CancellationToken.None);
        await podman.CreateAsync("pp-web", [], start: true);
        await ContainerEngineContract.SeenAsync(watch, "pp-web", seen => seen is { State: ContainerState.Running, Pid: > 0 });
        var container = ContainerEngineContract.Find(watch, "pp-web")!;
        using var ports = new ContainerListenersWatch(watch, new SocketOwners(TimeProvider.System), TimeProvider.System);
        await ports.StartAsync(CancellationToken.None);

        await Eventually.TrueAsync(() => ports.Current.SingleOrDefault()?.Listeners.Count > 0, "the container's web server");
        var seen = ports.Current.Single();
        var listener = Assert.Single(seen.Listeners);
        Assert.Equal((3000, container.Pid, "busybox"), (listener.Port, listener.Process?.Pid, listener.Process?.Name));
        Assert.Equal(new(container.Address!, 3000), seen.DialFor(listener));

        await podman.ActAsync("pp-web", "stop?t=0");
        await Eventually.TrueAsync(() => ports.Current.Single().Listeners.Count == 0, "no listeners in a container that stopped");

        await ports.StopAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(10));
        await watch.StopAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(10));
    }
}
