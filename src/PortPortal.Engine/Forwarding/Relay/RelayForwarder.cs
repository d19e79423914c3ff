using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace PortPortal.Engine.Forwarding.Relay;

/// <summary>Forwards by listening on every public port and copying bytes; needs no privilege.</summary>
/// <remarks>The session sees this machine's address instead of the visitor's. Flows end with the process.</remarks>
internal sealed class RelayForwarder(ForwarderStatus status, TimeProvider time, ILogger<RelayForwarder> logger) : IPortForwarder
{
    public const string Name = "userspace relay";

    /// <summary>Sockets that one processor opens before others would be awake.</summary>
    private const int Few = 100;

    private readonly Lock _lock = new();
    private readonly Dictionary<uint, RelayListener> _listeners = []; // under _lock
    private readonly KnockList _knocks = new(time);
    private readonly RelayBuffers _buffers = new();
    private Dictionary<uint, PlannedForward> _wanted = []; // under _lock

    /// <summary>Never raised: nobody else can touch this process's sockets.</summary>
    public event Action? Disturbed
    {
        add { }
        remove { }
    }

    public ForwarderStatus Status => status;

    internal KnockList Knocks => _knocks;

    public Task<ForwardReport> ApplyAsync(ForwardPlan plan, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            var interfaces = InterfaceIndexes(plan);
            foreach (var closed in ForwardPlan.Changes(_wanted, plan.Sound).Closed)
            {
                Forget(closed.Mark);
            }

            foreach (var stale in plan.NamesInterfaces ? _listeners.Values.Where(l => IsStale(l, interfaces)).ToList() : [])
            {
                Close(stale.Forward.Mark);
            }

            var outcomes = Open(plan, interfaces).Concat(plan.Refused).ToImmutableArray();
            _wanted = new(plan.Sound);
            return Task.FromResult(new ForwardReport { Items = outcomes });
        }
    }

    public Task<ForwardReport?> ChangeAsync(ForwardStep change, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            var interfaces = InterfaceIndexes(change.Opened);
            foreach (var closed in change.Closed)
            {
                Forget(closed);
            }

            var opened = change.Opened.Sound.Values;
            foreach (var changed in opened.Where(forward => !forward.Equals(_wanted.GetValueOrDefault(forward.Mark))).ToList())
            {
                Forget(changed.Mark);
                _wanted.Add(changed.Mark, changed);
            }

            return Task.FromResult<ForwardReport?>(new() { Items = [.. Open(change.Opened, interfaces), .. change.Opened.Refused] });
        }
    }

    public Task<ImmutableArray<ForwardDrift>> InspectAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            ImmutableArray<ForwardDrift> missing =
            [
                .. _wanted.Values.Where(f => !_listeners.ContainsKey(f.Mark))
                    .Select(f => new ForwardDrift(DriftKind.Missing, f.Mark, f.PublicPort, $"{f.PublicPort} : {f.Target}", Found: null)),
            ];
            return Task.FromResult(missing);
        }
    }

    public Task<ImmutableArray<ForwardTraffic>> ReadTrafficAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(_listeners.Values.Select(l => l.Traffic.Read()).ToImmutableArray());
        }
    }

    public Task<bool> AdmitAsync(uint mark, IPAddress visitor, TimeSpan duration, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var isOpen = _wanted.TryGetValue(mark, out var forward) && forward.KnockRequired;
            if (isOpen)
            {
                _knocks.Admit(mark, visitor.IsIPv4MappedToIPv6 ? visitor.MapToIPv4() : visitor, duration);
            }

            return Task.FromResult(isOpen);
        }
    }

    public ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            foreach (var listener in _listeners.Values)
            {
                listener.Dispose();
            }

            _listeners.Clear();
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Opens what is not open yet, on all processors: at start these are thousands of sockets.</summary>
    private List<ForwardOutcome> Open(ForwardPlan plan, Dictionary<string, int> interfaces)
    {
        var outcomes = new List<ForwardOutcome>(plan.Sound.Count);
        var closed = new List<PlannedForward>();
        foreach (var forward in plan.Sound.Values)
        {
            if (_listeners.TryGetValue(forward.Mark, out var open))
            {
                outcomes.Add(open.Outcome);
            }
            else
            {
                closed.Add(forward);
            }
        }

        var listen = (PlannedForward forward) => Listen(forward, interfaces);
        foreach (var (outcome, listener) in closed.Count < Few ? closed.Select(listen) : closed.AsParallel().Select(listen))
        {
            outcomes.Add(outcome);
            if (listener is not null)
            {
                _listeners.Add(outcome.Mark, listener);
            }
        }

        return outcomes;
    }

    private (ForwardOutcome Outcome, RelayListener? Listener) Listen(PlannedForward forward, Dictionary<string, int> interfaces)
    {
        var index = 0;
        if (forward.Interface is not null && !interfaces.TryGetValue(forward.Interface, out index))
        {
            return (new(forward.Mark, ForwardFault.InterfaceMissing, $"The network interface {forward.Interface} does not exist."), null);
        }

        try
        {
            var listener = new RelayListener(forward, index, _knocks, _buffers, time, logger);
            return (listener.Outcome, listener);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return (new(forward.Mark, ForwardFault.PortInUse, $"Another process of this machine listens on port {forward.PublicPort}."), null);
        }
        catch (SocketException e)
        {
            return (new(forward.Mark, ForwardFault.Refused, $"Port {forward.PublicPort} could not be opened: {e.Message}."), null);
        }
    }

    private void Forget(uint mark)
    {
        Close(mark);
        _knocks.Forget(mark);
        _wanted.Remove(mark);
    }

    private void Close(uint mark)
    {
        if (_listeners.Remove(mark, out var listener))
        {
            listener.Dispose();
        }
    }

    /// <summary>An interface that was made anew is another one, and the old listener deaf.</summary>
    private static bool IsStale(RelayListener listener, Dictionary<string, int> interfaces) =>
        listener.Forward.Interface is { } name && interfaces.GetValueOrDefault(name) != listener.InterfaceIndex;

    /// <summary>The interfaces of the machine by name; not asked for where no forward is bound to one.</summary>
    private static Dictionary<string, int> InterfaceIndexes(ForwardPlan plan) =>
        !plan.NamesInterfaces
            ? []
            : NetworkInterface.GetAllNetworkInterfaces().ToDictionary(i => i.Name, IndexOf, StringComparer.Ordinal);

    private static int IndexOf(NetworkInterface candidate)
    {
        var properties = candidate.GetIPProperties();
        return candidate.Supports(NetworkInterfaceComponent.IPv4) ? properties.GetIPv4Properties().Index : properties.GetIPv6Properties().Index;
    }
}
