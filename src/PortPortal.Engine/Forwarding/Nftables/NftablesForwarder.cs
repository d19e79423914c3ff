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
    private readonly NftAnchor _anchor;
    private readonly NftMonitor _monitor;
    private readonly NetlinkSocket _route = new(NetlinkSocket.Route, TimeSpan.FromSeconds(5));

    // Held by whoever talks to the kernel; guards the table and the fields below.
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly NftForwardTable _table;
    private bool _forgettingQueued;
    private bool _disposed;
    private int _checkQueued;

    public NftablesForwarder(RelayForwarder relay, NftAnchor anchor, TimeProvider time, ILogger<NftablesForwarder> logger)
    {
        (_relay, _anchor, _time, _logger) = (relay, anchor, time, logger);
        _table = new(relay.Knocks, logger);
        _monitor = new(QueueCheck);
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
            var carried = Carried(plan, relayed, host).ToDictionary(forward => forward.Mark);

            // 3. Make the table equal to that.
            var (mended, fault) = _table.Settle(carried, host);
            QueueForgetting();
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

    public async Task<ForwardReport?> ChangeAsync(ForwardStep change, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            // 1. Only beside what is as it was left; everything else is for the whole plan to find out.
            var host = HostNetworks.Read(_route);
            if (!_table.IsAsLeftOn(host))
            {
                return null;
            }

            // 2. The ports, then the table.
            var relayed = (await _relay.ChangeAsync(change, cancellationToken))!;
            if (!_table.TryChange([.. change.Closed, .. change.Opened.Sound.Keys], Carried(change.Opened, relayed, host)))
            {
                return null;
            }

            QueueForgetting();
            return new() { Items = [.. relayed.Items.Select(item => Explain(item, change.Opened, host, fault: null))] };
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
            return [.. _table.Inspect(), .. await _relay.InspectAsync(cancellationToken)];
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
            foreach (var traffic in _table.ReadTraffic())
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
            var isAskedFor = await _relay.AdmitAsync(mark, visitor, duration, cancellationToken);
            if (isAskedFor)
            {
                _table.Admit(mark, visitor.IsIPv4MappedToIPv6 ? visitor.MapToIPv4() : visitor, duration);
            }

            return isAskedFor;
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
        _turn.Release();
        _monitor.Dispose();
        await _relay.DisposeAsync();
        _table.Dispose();
        _anchor.Dispose();
        _route.Dispose();
    }

    /// <summary>What goes into the table. A port that another process has must not, or its visitors would be stolen silently.</summary>
    private static IEnumerable<PlannedForward> Carried(ForwardPlan plan, ForwardReport relayed, HostNetworks host)
    {
        var lost = relayed.Items.Where(item => item.Fault == ForwardFault.PortInUse).Select(item => item.Mark).ToHashSet();
        return plan.Sound.Values.Where(f => !lost.Contains(f.Mark) && host.ObstacleTo(f.Target.Address) is null);
    }

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

        return _table.Holds(forward) ? item with { Path = ForwardPath.Kernel } : new(item.Mark, ForwardFault.Refused, fault);
    }

    private void QueueForgetting()
    {
        if (_table.HasEnding && !_forgettingQueued)
        {
            _forgettingQueued = true;
            _ = ForgetAsync();
        }
    }

    private async Task ForgetAsync()
    {
        await Task.Delay(LastWords, _time);
        await _turn.WaitAsync();
        try
        {
            _forgettingQueued = false;
            if (!_disposed)
            {
                _table.ForgetEnded();
            }
        }
        catch (NetlinkException e)
        {
            // The gate goes on refusing them.
            Log.NotForgotten(_logger, e);
        }
        finally
        {
            _turn.Release();
        }
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
        bool isTouched;
        try
        {
            Volatile.Write(ref _checkQueued, 0);
            isTouched = !_disposed && _table.IsTouched;
        }
        catch (NetlinkException)
        {
            isTouched = true;
        }
        finally
        {
            _turn.Release();
        }

        if (isTouched)
        {
            Disturbed?.Invoke();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Flows of closed forwards stay known to the kernel until they time out")]
        public static partial void NotForgotten(ILogger logger, Exception exception);
    }
}
