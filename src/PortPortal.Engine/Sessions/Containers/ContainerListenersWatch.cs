using Microsoft.Extensions.Hosting;
using PortPortal.Engine.Common;
using PortPortal.Engine.Sessions.Listeners;

namespace PortPortal.Engine.Sessions.Containers;

/// <summary>Keeps an eye on the ports inside every running container, each in its own network namespace.</summary>
/// <remarks>A container on the host's network is left out: its listeners are this machine's. The scanners belong to the loop.</remarks>
internal sealed class ContainerListenersWatch(ContainerWatch containers, SocketOwners owners, TimeProvider time) : BackgroundService
{
    /// <summary>A look costs some 0.05 ms a container, and a new listener is to show within 2 s.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Sights<ValueList<ContainerListeners>> _sights = new([]);
    private readonly Dictionary<Incarnation, ListenerScanner> _scanners = [];

    /// <summary>PortPortal's own port numbers mean nothing inside a container.</summary>
    private readonly HidingRule _hiding = new(new OwnListeners(), Environment.ProcessId);

    public ValueList<ContainerListeners> Current => _sights.Current;

    /// <summary>The first sight, then every different one, in the order of the containers' ids.</summary>
    public IAsyncEnumerable<ValueList<ContainerListeners>> SightsAsync(CancellationToken cancellationToken) => _sights.ReadAsync(cancellationToken);

    /// <summary>Looks into every container once, now.</summary>
    internal void Look()
    {
        var known = containers.Current.Containers;
        Forget(known);
        _sights.Show(known.Where(container => !container.UsesHostNetwork).Select(LookInto).ToValueList());
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                Look();
                await Task.Delay(Interval, time, stoppingToken);
            }
        }
        finally
        {
            Forget([]);
        }
    }

    private static Incarnation? IncarnationOf(ContainerSighting container) =>
        container.Pid is { } pid ? new(container.Id, pid, container.StartedAt) : null;

    private ContainerListeners LookInto(ContainerSighting container)
    {
        if (IncarnationOf(container) is not { } incarnation)
        {
            return new(container, []);
        }

        if (!_scanners.TryGetValue(incarnation, out var scanner))
        {
            var place = NetworkNamespace.OfProcess(incarnation.Pid);
            if (place.IsOwn())
            {
                // Seen through an engine's socket from inside another container, where the engine's process numbers mean others.
                return new(container, [], "Its network namespace is not visible from here.");
            }

            scanner = _scanners[incarnation] = new(place, owners, _hiding);
        }

        var scan = scanner.Scan();
        return new(container, scan.Listeners, scan.Problem);
    }

    /// <summary>An open scanner keeps a namespace alive, so it goes with its container.</summary>
    private void Forget(IEnumerable<ContainerSighting> known)
    {
        var alive = known.Select(IncarnationOf).OfType<Incarnation>().ToHashSet();
        foreach (var gone in _scanners.Keys.Where(incarnation => !alive.Contains(incarnation)).ToList())
        {
            _scanners[gone].Dispose();
            _scanners.Remove(gone);
        }
    }

    /// <summary>One run of a container: another start is another namespace.</summary>
    private sealed record Incarnation(string Id, int Pid, DateTimeOffset? StartedAt);
}
