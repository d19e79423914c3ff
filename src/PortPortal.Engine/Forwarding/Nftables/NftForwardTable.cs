using System.Collections.Immutable;
using System.Net;
using Microsoft.Extensions.Logging;
using PortPortal.Engine.Forwarding.Netlink;
using PortPortal.Engine.Forwarding.Relay;

namespace PortPortal.Engine.Forwarding.Nftables;

/// <summary>The table in the kernel and what we know about it: makes it equal to what is wanted, quickly where nobody touched it.</summary>
/// <remarks>One caller at a time. Disposing it leaves the table where it is.</remarks>
internal sealed partial class NftForwardTable(KnockList knocks, ILogger logger) : IDisposable
{
    /// <summary>What fits into a netlink message where the process may not raise the system's limit; more is a new table.</summary>
    private const int LargestAmendment = 2000;

    private readonly NftKernel _kernel = new();
    private readonly Conntrack _conntrack = new();
    private readonly TrafficMemory _traffic = new();
    private readonly HashSet<uint> _ending = [];
    private Dictionary<uint, PlannedForward> _applied = [];
    private ElementLedger _wanted = new();
    private HostNetworks? _host;
    private string? _structure;
    private uint? _generation;

    /// <summary>Forwards were closed, and their flows are still known to conntrack.</summary>
    public bool HasEnding => _ending.Count > 0;

    /// <summary>Whether someone else changed tables since our last change.</summary>
    public bool IsTouched => _generation is { } known && _kernel.ReadGeneration() != known;

    public bool Holds(PlannedForward forward) => forward.Equals(_applied.GetValueOrDefault(forward.Mark));

    /// <summary>One transaction, or the last good state.</summary>
    /// <param name="wanted">Forwards the kernel can carry, by mark.</param>
    /// <returns>What was mended, and why nothing was done.</returns>
    public (ImmutableArray<ForwardDrift> Mended, string? Fault) Settle(Dictionary<uint, PlannedForward> wanted, HostNetworks host)
    {
        try
        {
            if (IsAsLeftOn(host))
            {
                var (opened, closed) = ForwardPlan.Changes(_applied, wanted);
                if (TryChange(opened, closed, host))
                {
                    return ([], null);
                }
            }

            return (Replace(wanted, host), null);
        }
        catch (Exception e) when (e is NetlinkException or NftablesException)
        {
            // What is in the kernel is not known for sure any more: look before the next change.
            _generation = null;
            Log.Refused(logger, e);
            return ([], $"The kernel refused the change and the last good state stays: {e.Message}.");
        }
    }

    /// <summary>Whether the machine and its tables are as they were after our last change.</summary>
    public bool IsAsLeftOn(HostNetworks host)
    {
        try
        {
            return host.Equals(_host) && _generation is not null && !IsTouched;
        }
        catch (NetlinkException)
        {
            return false;
        }
    }

    /// <summary>The short way between two plans, on a table that is as it was left; false where it did not work out, and the whole plan is due.</summary>
    /// <param name="named">Marks of all forwards that the change is about.</param>
    /// <param name="carried">Those of them that shall be in the table.</param>
    public bool TryChange(IEnumerable<uint> named, IEnumerable<PlannedForward> carried)
    {
        var after = carried.ToDictionary(forward => forward.Mark);
        var before = named.Distinct().Where(_applied.ContainsKey).ToDictionary(mark => mark, mark => _applied[mark]);
        var (opened, closed) = ForwardPlan.Changes(before, after);
        try
        {
            return TryChange(opened, closed, _host!);
        }
        catch (NetlinkException e)
        {
            _generation = null;
            Log.Refused(logger, e);
            return false;
        }
    }

    public ImmutableArray<ForwardDrift> Inspect() => DriftOf(_kernel.Read(out _));

    public List<ForwardTraffic> ReadTraffic() => Observe(_kernel.ReadCounters());

    public void Admit(uint mark, IPAddress visitor, TimeSpan duration)
    {
        if (!_applied.ContainsKey(mark))
        {
            return;
        }

        try
        {
            // The kernel leaves the time of an element that is there already as it was.
            var element = NftElements.Knock(mark, visitor);
            Counted(() => _kernel.TryRemove(element));
            Counted(() => _kernel.Amend([], [element], duration));
        }
        catch (NetlinkException e)
        {
            // The table is damaged; mending it puts in what the list of knocks has.
            Log.Refused(logger, e);
            _generation = null;
        }
    }

    /// <summary>Has conntrack forget the flows of what was closed; to be called when both ends had time to hear of it.</summary>
    public void ForgetEnded()
    {
        ForgetFlows(_ending.Where(mark => !_applied.ContainsKey(mark)));
        _ending.Clear();
    }

    public void Dispose()
    {
        _kernel.Dispose();
        _conntrack.Dispose();
    }

    /// <summary>The quick way: nobody touched anything since our last change, so the difference to it is all there is to do.</summary>
    private bool TryChange(List<PlannedForward> opened, List<PlannedForward> closed, HostNetworks host)
    {
        var removed = closed.SelectMany(f => _wanted.Remove(NftElements.Of(f, host.Connected))).ToList();
        var added = opened.SelectMany(f => _wanted.Add(NftElements.Of(f, host.Connected))).ToList();
        var kept = removed.Intersect(added).ToHashSet();
        if (!TryAmend([.. removed.Where(e => !kept.Contains(e))], [.. added.Where(e => !kept.Contains(e))]))
        {
            _wanted = LedgerOf(_applied, host);
            return false;
        }

        closed.ForEach(forward => _applied.Remove(forward.Mark));
        opened.ForEach(forward => _applied.Add(forward.Mark, forward));
        Cut(closed.Select(f => f.Mark).ToHashSet());
        return true;
    }

    /// <summary>The thorough way: read everything, mend what differs.</summary>
    private ImmutableArray<ForwardDrift> Replace(Dictionary<uint, PlannedForward> wanted, HostNetworks host)
    {
        // 1. Damage is judged by what was applied last; after a start, a former process's table by what is wanted.
        var found = _kernel.Read(out _generation);
        var ledger = LedgerOf(wanted, host);
        var comparison = found is null ? null : new TableComparison(ledger.Elements, found.Elements.Keys);
        var mended = _host is null ? comparison?.Drift() ?? [] : DriftOf(found);
        Observe(found);

        // 2. Make it so.
        var isSound = found is not null && string.Equals(found.Structure, _structure, StringComparison.Ordinal);
        if (!isSound || !TryAmend(comparison!.Extra, comparison.Missing))
        {
            Counted(() => NftProgram.Run(NftablesScript.Render(ledger.Elements)));
            _traffic.BeginAnew();
            _structure = _kernel.ReadStructure();
        }

        // 3. Remember, and end the flows of what is gone or was bent.
        var gone = ForwardPlan.Changes(_applied, wanted).Closed.Select(f => f.Mark);
        var marks = gone.Concat(comparison?.MarksToCut() ?? []).ToHashSet();
        (_applied, _wanted, _host) = (wanted, ledger, host);
        Cut(marks);
        RestoreKnocks(found?.Knocks.Where(knock => !marks.Contains(knock.Mark)) ?? []);
        return mended;
    }

    private bool TryAmend(IReadOnlyCollection<NftElement> remove, IReadOnlyCollection<NftElement> add)
    {
        if (remove.Count + add.Count > LargestAmendment)
        {
            return false;
        }

        try
        {
            Counted(() => _kernel.Amend(remove, add));
            return true;
        }
        catch (NetlinkException e)
        {
            // Someone was quicker, or the kernel is out of something; the thorough way finds out.
            Log.Refused(logger, e);
            return false;
        }
    }

    private static ElementLedger LedgerOf(Dictionary<uint, PlannedForward> forwards, HostNetworks host)
    {
        var ledger = new ElementLedger();
        ledger.Add(forwards.Values.SelectMany(f => NftElements.Of(f, host.Connected)));
        return ledger;
    }

    private ImmutableArray<ForwardDrift> DriftOf(NftFound? found) => found switch
    {
        _ when _host is null => [],
        null => TableComparison.OfTable(DriftKind.Missing),
        _ when !string.Equals(found.Structure, _structure, StringComparison.Ordinal) => TableComparison.OfTable(DriftKind.Changed),
        _ => new TableComparison(_wanted.Elements, found.Elements.Keys).Drift(),
    };

    private List<ForwardTraffic> Observe(NftFound? found) =>
        found is null ? [] : [.. found.Traffic().Where(t => _applied.ContainsKey(t.Mark)).Select(_traffic.Observe)];

    /// <summary>Carries admissions over a table that was made anew, those that a former process gave included.</summary>
    private void RestoreKnocks(IEnumerable<NftKnock> found)
    {
        foreach (var knock in found)
        {
            if (_applied.TryGetValue(knock.Mark, out var forward) && forward.KnockRequired)
            {
                knocks.Admit(knock.Mark, knock.Visitor, knock.Remaining);
            }
        }

        foreach (var (mark, visitor, remaining) in knocks.InForce())
        {
            Admit(mark, visitor, remaining);
        }
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
        _ending.UnionWith(gone);
        ForgetFlows(marks.Except(gone));
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

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The kernel refused a change of the forwards")]
        public static partial void Refused(ILogger logger, Exception exception);
    }
}
