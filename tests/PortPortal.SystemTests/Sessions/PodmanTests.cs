using PortPortal.Engine.Sessions;
using PortPortal.Engine.Sessions.Containers;
using PortPortal.Engine.Sessions.Listeners;
using PortPortal.Tests.Sessions.Containers;
using Place = PortPortal.Engine.Sessions.Listeners.NetworkNamespace;

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
    public async Task S17_ContainersListeners_AreFoundThroughItsFirstProcess()
    {
        await using var podman = await PodmanEngine.StartAsync();
        using var watch = ContainerEngineContract.Watch(podman.Socket);
        await watch.StartAsync(CancellationToken.None);
        await podman.CreateAsync("pp-web", [], start: true);
        await ContainerEngineContract.SeenAsync(watch, "pp-web", seen => seen is { State: ContainerState.Running, Pid: > 0 });
        var container = ContainerEngineContract.Find(watch, "pp-web")!;
        using var scanner = new ListenerScanner(Place.OfProcess(container.Pid!.Value), new SocketOwners(TimeProvider.System), new HidingRule(new OwnListeners(), Environment.ProcessId));

        await Eventually.TrueAsync(() => scanner.Scan().Listeners.Any(found => found.Port == 3000), "the container's web server");

        var listener = Assert.Single(scanner.Scan().Listeners);
        Assert.Equal((container.Pid, "busybox"), (listener.Process?.Pid, listener.Process?.Name));
        await watch.StopAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(10));
    }
}
