using System.Collections.Immutable;
using System.Net;
using PortPortal.Engine.Forwarding;

namespace PortPortal.Tests.Forwarding;

/// <summary>Forwards nothing, and remembers what it would: for tests of whoever hands out plans.</summary>
public sealed class InMemoryForwarder(TimeProvider time) : IPortForwarder
{
    private readonly Lock _lock = new();
    private readonly Dictionary<uint, InMemoryForward> _applied = []; // under _lock
    private readonly Dictionary<(uint Mark, IPAddress Visitor), DateTimeOffset> _knocks = []; // under _lock
    private readonly List<InMemoryFlow> _flows = []; // under _lock
    private volatile Task _held = Task.CompletedTask;
    private Dictionary<uint, PlannedForward> _wanted = []; // under _lock

    public event Action? Disturbed;

    public ForwarderStatus Status { get; } = new("in memory", "A test asked for it.");

    /// <summary>Ports that other processes of this machine have.</summary>
    public HashSet<int> Occupied { get; } = [];

    /// <summary>Every plan that was applied, in order.</summary>
    public List<ForwardPlan> Plans { get; } = [];

    /// <summary>Every step between two plans that was taken, in order.</summary>
    public List<ForwardStep> Steps { get; } = [];

    /// <summary>While set, nothing is changed and this is the reason.</summary>
    public string? Fault { get; set; }

    /// <summary>Has every plan wait until the result is disposed, as a kernel that is busy would.</summary>
    public IDisposable Hold()
    {
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _held = held.Task;
        return new Release(held);
    }

    /// <summary>What is in force.</summary>
    public IReadOnlyList<PlannedForward> Applied
    {
        get
        {
            lock (_lock)
            {
                return [.. _applied.Values.Select(a => a.Forward)];
            }
        }
    }

    /// <summary>Takes a forward away as a stranger would, and says so.</summary>
    public void Damage(uint mark)
    {
        lock (_lock)
        {
            _applied.Remove(mark);
        }

        Disturbed?.Invoke();
    }

    /// <summary>Where a visitor would get; null for nowhere.</summary>
    public InMemoryFlow? Connect(int port, IPAddress visitor)
    {
        lock (_lock)
        {
            var hit = _applied.Values.FirstOrDefault(a => a.Forward.PublicPort == port);
            if (hit is null || !IsWelcome(hit.Forward, visitor))
            {
                return null;
            }

            hit.Connections++;
            var flow = new InMemoryFlow(hit);
            _flows.Add(flow);
            return flow;
        }
    }

    public async Task<ForwardReport> ApplyAsync(ForwardPlan plan, CancellationToken cancellationToken)
    {
        await _held.WaitAsync(cancellationToken);
        lock (_lock)
        {
            Plans.Add(plan);
            if (Fault is not null)
            {
                return new() { Items = [.. plan.Forwards.Select(f => Outcome(f, Fault))], Fault = Fault };
            }

            var mended = Drift();
            foreach (var closed in ForwardPlan.Changes(_wanted, plan.Sound).Closed)
            {
                Close(closed.Mark);
            }

            _wanted = new(plan.Sound);
            Open(plan);
            return new() { Items = [.. plan.Sound.Values.Select(f => Outcome(f, reason: null)), .. plan.Refused], Mended = mended };
        }
    }

    public async Task<ForwardReport?> ChangeAsync(ForwardStep change, CancellationToken cancellationToken)
    {
        await _held.WaitAsync(cancellationToken);
        lock (_lock)
        {
            if (Fault is not null || !Drift().IsEmpty)
            {
                return null;
            }

            Steps.Add(change);
            foreach (var mark in change.Closed.Concat(change.Opened.Sound.Values.Where(f => !f.Equals(_wanted.GetValueOrDefault(f.Mark))).Select(f => f.Mark)))
            {
                Close(mark);
                _wanted.Remove(mark);
            }

            foreach (var forward in change.Opened.Sound.Values)
            {
                _wanted[forward.Mark] = forward;
            }

            Open(change.Opened);
            return new() { Items = [.. change.Opened.Sound.Values.Select(f => Outcome(f, reason: null)), .. change.Opened.Refused] };
        }
    }

    public Task<ImmutableArray<ForwardDrift>> InspectAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(Drift());
        }
    }

    public Task<ImmutableArray<ForwardTraffic>> ReadTrafficAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(_applied.Values.Select(a => new ForwardTraffic(a.Forward.Mark, a.Bytes, a.Bytes, a.Connections)).ToImmutableArray());
        }
    }

    public Task<bool> AdmitAsync(uint mark, IPAddress visitor, TimeSpan duration, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var asksForIt = _applied.TryGetValue(mark, out var applied) && applied.Forward.KnockRequired;
            if (asksForIt)
            {
                _knocks[(mark, visitor)] = time.GetUtcNow() + duration;
            }

            return Task.FromResult(asksForIt);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed class Release(TaskCompletionSource held) : IDisposable
    {
        public void Dispose() => held.SetResult();
    }

    private ForwardOutcome Outcome(PlannedForward forward, string? reason) => reason is not null
        ? new(forward.Mark, ForwardFault.Refused, reason)
        : _applied.ContainsKey(forward.Mark)
            ? new(forward.Mark) { Path = ForwardPath.Kernel }
            : new(forward.Mark, ForwardFault.PortInUse, $"Another process of this machine listens on port {forward.PublicPort}.");

    private ImmutableArray<ForwardDrift> Drift() =>
    [
        .. _wanted.Values.Where(f => !_applied.ContainsKey(f.Mark) && !Occupied.Contains(f.PublicPort))
            .Select(f => new ForwardDrift(DriftKind.Missing, f.Mark, f.PublicPort, $"{f.PublicPort} : {f.Target}", Found: null)),
    ];

    private void Open(ForwardPlan plan)
    {
        foreach (var forward in plan.Sound.Values.Where(f => !Occupied.Contains(f.PublicPort) && !_applied.Values.Any(other => other.Forward.PublicPort == f.PublicPort)))
        {
            _applied.TryAdd(forward.Mark, new(forward));
        }
    }

    private void Close(uint mark)
    {
        _applied.Remove(mark);
        foreach (var flow in _flows.Where(flow => flow.Mark == mark))
        {
            flow.IsOpen = false;
        }

        foreach (var key in _knocks.Keys.Where(key => key.Mark == mark).ToList())
        {
            _knocks.Remove(key);
        }
    }

    private bool IsWelcome(PlannedForward forward, IPAddress visitor) =>
        (forward.Sources.IsEmpty || forward.Sources.Any(network => network.Contains(visitor)))
        && (!forward.KnockRequired || _knocks.GetValueOrDefault((forward.Mark, visitor)) > time.GetUtcNow());
}

/// <summary>One forward that is in force, with its counters.</summary>
public sealed class InMemoryForward(PlannedForward forward)
{
    public PlannedForward Forward => forward;

    public long Bytes { get; set; }

    public long Connections { get; set; }
}

/// <summary>A connection that would be open.</summary>
public sealed class InMemoryFlow(InMemoryForward through)
{
    public uint Mark => through.Forward.Mark;

    public IPEndPoint Target => through.Forward.Target;

    public bool IsOpen { get; set; } = true;

    public void Echo(int bytes) => through.Bytes += bytes;
}
