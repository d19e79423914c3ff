using System.Collections.Immutable;
using System.Net;
using Microsoft.Extensions.Logging;
using PortPortal.Engine.Forwarding.Netlink;
using PortPortal.Engine.Forwarding.Relay;

namespace PortPortal.Engine.Forwarding.Nftables;

/// <summary>Forwards by destination NAT in a table of our own, with the relay on the same ports for what the kernel cannot carry.</summary>
/// <remarks>
/// The relay holds every public port, so no other process can take one, and it serves loopback clients, loopback targets and visitors
/// of the other address family. What the kernel can carry is taken before it reaches that socket. In force stays what a former process
/// left, until the first plan replaces the whole table in one transaction; open flows live in conntrack and do not notice.
/// </remarks>
internal sealed partial class NftablesForwarder : IPortForwarder
{
    public const string Name = "nftables";

    /// <summary>How long the gate may tell both ends of a closed forward's flows, before conntrack forgets them.</summary>
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(2);

    private readonly RelayForwarder _relay;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly NftKernel _kernel = new();
    private readonly Conntrack _conntrack = new();
    private readonly NetlinkSocket _route = new(NetlinkSocket.Route, TimeSpan.FromSeconds(5));
    private readonly NftMonitor _monitor;
    private readonly NftAnchor _anchor = new();
    private readonly TrafficMemory _traffic = new();

    // Held by whoever talks to the kernel; guards all fields below.
    private readonly SemaphoreSlim _turn = new(1, 1);
    private Dictionary<uint, PlannedForward> _applied = [];
    private ElementLedger _wanted = new();
    private HostNetworks? _host;
    private string? _structure;
    private uint? _generation;
    private HashSet<uint> _ending = [];
    private int _checkQueued;
    private bool _disposed;

    public NftablesForwarder(RelayForwarder relay, TimeProvider time, ILogger<NftablesForwarder> logger)
    {
        (_relay, _time, _logger) = (relay, time, logger);
        _monitor = new(QueueCheck);
        try
        {
            _anchor.Drop();
        }
        catch (NetlinkException e)
        {
            Log.NoAnchor(logger, e.Message);
        }
    }

    public event Action? Disturbed;

    public ForwarderStatus Status { get; } = new(Name, "The kernel forwards at wire speed, and visitors keep their addresses.");

    public async Task<ForwardReport> ApplyAsync(ForwardPlan plan, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            // 1. Take the ports, and let go of those that are closed.
            var relayed = await _relay.ApplyAsync(plan, cancellationToken);

            // 2. Sort out what the kernel can carry on this machine, as it is now.
            var host = HostNetworks.Read(_route);
            var carried = Carried(plan, relayed, host);

            // 3. One transaction, or the last good state.
            var (mended, fault) = Settle(carried, host);
            return new()
            {
                Items = [.. relayed.Items.Select(item => Explain(item, plan, host, fault))],
                Mended = mended,
                Fault = fault,
            };
        }
        finally
        {
            _turn.Release();
        }
    }

    public async Task<ImmutableArray<ForwardDrift>> InspectAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return [.. DriftOf(_kernel.Read(out _)), .. await _relay.InspectAsync(cancellationToken)];
        }
        finally
        {
            _turn.Release();
        }
    }

    public async Task<ImmutableArray<ForwardTraffic>> ReadTrafficAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var relayed = await _relay.ReadTrafficAsync(cancellationToken);
            var total = relayed.ToDictionary(t => t.Mark);
            foreach (var traffic in Observe(_kernel.ReadCounters()))
            {
                total[traffic.Mark] = total.TryGetValue(traffic.Mark, out var other) ? TrafficMemory.Sum(traffic, other) : traffic;
            }

            return [.. total.Values];
        }
        finally
        {
            _turn.Release();
        }
    }

    public async Task<bool> AdmitAsync(uint mark, IPAddress visitor, TimeSpan duration, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (!await _relay.AdmitAsync(mark, visitor, duration, cancellationToken))
            {
                return false;
            }

            if (_applied.ContainsKey(mark))
            {
                AdmitToKernel(mark, visitor.IsIPv4MappedToIPv6 ? visitor.MapToIPv4() : visitor, duration);
            }

            return true;
        }
        catch (NetlinkException e)
        {
            // The table is damaged; the relay has noted the knock, and mending puts it into the table.
            Log.Refused(_logger, e);
            _generation = null;
            return true;
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync();
        _disposed = true;
        ForgetEnded();
        _turn.Release();
        _monitor.Dispose();
        await _relay.DisposeAsync();
        _kernel.Dispose();
        _conntrack.Dispose();
        _anchor.Dispose();
        _route.Dispose();
    }

    /// <summary>What goes into the table. A port that another process has must not, or its visitors would be stolen silently.</summary>
    private static Dictionary<uint, PlannedForward> Carried(ForwardPlan plan, ForwardReport relayed, HostNetworks host)
    {
        var lost = relayed.Items.Where(item => item.Fault == ForwardFault.PortInUse).Select(item => item.Mark).ToHashSet();
        return plan.Sound.Values.Where(f => !lost.Contains(f.Mark) && host.ObstacleTo(f.Target.Address) is null).ToDictionary(f => f.Mark);
    }

    private (ImmutableArray<ForwardDrift> Mended, string? Fault) Settle(Dictionary<uint, PlannedForward> carried, HostNetworks host)
    {
        try
        {
            return (IsUndisturbed(host) && TryAmend(carried, host) ? [] : Replace(carried, host), null);
        }
        catch (Exception e) when (e is NetlinkException or NftablesException)
        {
            // What is in the kernel is not known for sure any more: look before the next change.
            _generation = null;
            Log.Refused(_logger, e);
            return ([], $"The kernel refused the change and the last good state stays: {e.Message}.");
        }
    }

    private bool IsUndisturbed(HostNetworks host) => host.Equals(_host) && _generation is { } known && _kernel.ReadGeneration() == known;

    /// <summary>The quick way: nobody touched anything since our last change, so the difference between two plans is all there is to do.</summary>
    private bool TryAmend(Dictionary<uint, PlannedForward> carried, HostNetworks host)
    {
        var (opened, closed) = ForwardPlan.Changes(_applied, carried);
        var removed = closed.SelectMany(f => _wanted.Remove(NftElements.Of(f, host.Connected))).ToList();
        var added = opened.SelectMany(f => _wanted.Add(NftElements.Of(f, host.Connected))).ToList();
        var kept = removed.Intersect(added).ToHashSet();
        try
        {
            Counted(() => _kernel.Amend([.. removed.Where(e => !kept.Contains(e))], [.. added.Where(e => !kept.Contains(e))]));
        }
        catch (NetlinkException e)
        {
            // Someone was quicker; the thorough way finds out who.
            Log.Refused(_logger, e);
            RestoreLedger(host);
            return false;
        }

        _applied = carried;
        Cut(closed.Select(f => f.Mark).ToHashSet());
        return true;
    }

    private void RestoreLedger(HostNetworks host)
    {
        _wanted = new();
        _wanted.Add(_applied.Values.SelectMany(f => NftElements.Of(f, host.Connected)));
    }

    /// <summary>The thorough way: read everything, mend what differs.</summary>
    private ImmutableArray<ForwardDrift> Replace(Dictionary<uint, PlannedForward> carried, HostNetworks host)
    {
        // 1. What was damaged is judged by what was applied last; after a start, a former process's table by the plan.
        var found = _kernel.Read(out _generation);
        Observe(found);
        var isFirst = _host is null;
        var mended = isFirst ? [] : DriftOf(found);

        // 2. Make it so.
        var wanted = new ElementLedger();
        wanted.Add(carried.Values.SelectMany(f => NftElements.Of(f, host.Connected)));
        var comparison = new TableComparison(wanted.Elements, found is null ? [] : found.Elements.Keys);
        if (found is not null && string.Equals(found.Structure, _structure, StringComparison.Ordinal))
        {
            Counted(() => _kernel.Amend([.. comparison.Extra], [.. comparison.Missing]));
        }
        else
        {
            Counted(() => NftProgram.Run(NftablesScript.Render(wanted.Elements)));
            _traffic.BeginAnew();
            _structure = _kernel.ReadStructure();
        }

        // 3. Remember, and end the flows of what is gone or was bent.
        var gone = ForwardPlan.Changes(_applied, carried).Closed.Select(f => f.Mark);
        var marks = gone.Concat(comparison.MarksToCut()).ToHashSet();
        (_applied, _wanted, _host) = (carried, wanted, host);
        Cut(marks);
        RestoreKnocks(found?.Knocks.Where(knock => !marks.Contains(knock.Mark)) ?? []);
        if (isFirst && found is not null)
        {
            mended = comparison.Drift();
        }

        return mended;
    }

    private ImmutableArray<ForwardDrift> DriftOf(NftFound? found) => found switch
    {
        _ when _host is null => [],
        null => TableComparison.OfTable(DriftKind.Missing),
        _ when !string.Equals(found.Structure, _structure, StringComparison.Ordinal) => TableComparison.OfTable(DriftKind.Changed),
        _ => new TableComparison(_wanted.Elements, found.Elements.Keys).Drift(),
    };

    /// <summary>Carries admissions over a table that was made anew, those that a former process gave included.</summary>
    private void RestoreKnocks(IEnumerable<NftKnock> found)
    {
        foreach (var knock in found)
        {
            if (_applied.TryGetValue(knock.Mark, out var forward) && forward.KnockRequired)
            {
                _relay.Knocks.Admit(knock.Mark, knock.Visitor, knock.Remaining);
            }
        }

        foreach (var (mark, visitor, remaining) in _relay.Knocks.InForce().Where(knock => _applied.ContainsKey(knock.Mark)))
        {
            AdmitToKernel(mark, visitor, remaining);
        }
    }

    private void AdmitToKernel(uint mark, IPAddress visitor, TimeSpan duration)
    {
        // The kernel leaves the time of an element that is there already as it was.
        var element = NftElements.Knock(mark, visitor);
        Counted(() => _kernel.TryRemove(element));
        Counted(() => _kernel.Amend([], [element], duration));
    }

    /// <summary>Ends the flows and admissions of forwards that are gone or others now.</summary>
    /// <remarks>
    /// Of what is gone the gate resets both ends as soon as they speak, and needs conntrack's record to know them; where that went first,
    /// the guest would talk to nobody for a quarter of an hour. A forward that changed is still open to the gate: its flows go at once.
    /// </remarks>
    private void Cut(HashSet<uint> marks)
    {
        if (marks.Count == 0)
        {
            return;
        }

        foreach (var knock in _kernel.ReadKnocks().Where(knock => marks.Contains(knock.Mark)))
        {
            Counted(() => _kernel.TryRemove(knock.Element));
        }

        var gone = marks.Where(mark => !_applied.ContainsKey(mark)).ToList();
        gone.ForEach(_traffic.Forget);
        ForgetFlows(marks.Except(gone));
        if (_ending.Count == 0 && gone.Count > 0)
        {
            _ = ForgetEndedLaterAsync();
        }

        _ending.UnionWith(gone);
    }

    private async Task ForgetEndedLaterAsync()
    {
        await Task.Delay(LastWords, _time);
        await _turn.WaitAsync();
        try
        {
            if (!_disposed)
            {
                ForgetEnded();
            }
        }
        catch (NetlinkException e)
        {
            // The gate goes on refusing them.
            Log.Refused(_logger, e);
        }
        finally
        {
            _turn.Release();
        }
    }

    private void ForgetEnded()
    {
        var ended = _ending;
        _ending = [];
        ForgetFlows(ended.Where(mark => !_applied.ContainsKey(mark)));
    }

    private void ForgetFlows(IEnumerable<uint> marks)
    {
        var kernelMarks = marks.Select(mark => NftTable.MarkPrefix | mark).ToHashSet();
        if (kernelMarks.Count > 0)
        {
            _conntrack.Forget(kernelMarks, NftTable.MarkPrefix);
        }
    }

    /// <summary>Runs one transaction and remembers the generation it made, unless someone else's came between.</summary>
    private void Counted(Action transaction)
    {
        var before = _kernel.ReadGeneration();
        transaction();
        var after = _kernel.ReadGeneration();
        _generation = _generation == before && after - before <= 1 ? after : null;
    }

    private List<ForwardTraffic> Observe(NftFound? found) =>
        found is null ? [] : [.. found.Traffic().Where(t => _applied.ContainsKey(t.Mark)).Select(_traffic.Observe)];

    private ForwardOutcome Explain(ForwardOutcome item, ForwardPlan plan, HostNetworks host, string? fault)
    {
        if (!plan.Sound.TryGetValue(item.Mark, out var forward) || item.Fault is ForwardFault.PortInUse or ForwardFault.Invalid)
        {
            return item;
        }

        if (host.ObstacleTo(forward.Target.Address) is { } obstacle)
        {
            return item with { Reason = item.Reason ?? obstacle };
        }

        return forward.Equals(_applied.GetValueOrDefault(item.Mark))
            ? item with { Path = ForwardPath.Kernel }
            : new(item.Mark, ForwardFault.Refused, fault);
    }

    /// <summary>The monitor's thread only asks; the answer waits for whoever is changing the table now.</summary>
    private void QueueCheck()
    {
        if (Interlocked.Exchange(ref _checkQueued, 1) == 0)
        {
            _ = CheckAsync();
        }
    }

    private async Task CheckAsync()
    {
        await _turn.WaitAsync();
        bool isForeign;
        try
        {
            Volatile.Write(ref _checkQueued, 0);
            isForeign = !_disposed && _generation is { } known && _kernel.ReadGeneration() != known;
        }
        catch (NetlinkException e)
        {
            Log.Refused(_logger, e);
            isForeign = true;
        }
        finally
        {
            _turn.Release();
        }

        if (isForeign)
        {
            Disturbed?.Invoke();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Open flows will not outlive a flush of all tables by someone else: {Reason}")]
        public static partial void NoAnchor(ILogger logger, string reason);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The kernel refused a change of the forwards")]
        public static partial void Refused(ILogger logger, Exception exception);
    }
}
