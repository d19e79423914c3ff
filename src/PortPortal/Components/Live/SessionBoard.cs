using System.Collections.Immutable;
using PortPortal.Engine.Accounts;
using PortPortal.Engine.Common;
using PortPortal.Engine.Edge.Traffic;
using PortPortal.Engine.Exposures;
using PortPortal.Engine.Sessions;

namespace PortPortal.Components.Live;

/// <summary>Every session as a row, in order: worked out once for each state of the feeds, however many pages look.</summary>
internal sealed class SessionBoard(SessionFeed sessions, ExposureFeed exposures, TrafficFeed traffic, VisitorFeed visitors, AccountDirectory accounts, TimeProvider time) : ILiveSource
{
    private readonly Lock _working = new();
    private readonly Lock _watching = new();
    private Action? _changed; // under _watching, as is the next
    private LiveView? _view;
    private volatile Edition? _edition;
    private Dictionary<string, Known> _known = new(StringComparer.Ordinal); // by session; under _working

    /// <summary>Raised when another edition is out; made whenever a feed changes, while anybody listens.</summary>
    public event Action? Changed
    {
        add
        {
            lock (_watching)
            {
                _changed += value;
                _view ??= new LiveView(BringOut, time).Follow(sessions).Follow(exposures).Follow(traffic).Follow(visitors).Follow(accounts);
            }
        }

        remove
        {
            lock (_watching)
            {
                _changed -= value;
                if (_changed is null)
                {
                    _view?.Dispose();
                    _view = null;
                }
            }
        }
    }

    /// <summary>The edition that is out: for whoever was told of it.</summary>
    public Edition Latest => _edition ?? Now;

    /// <summary>As of this moment.</summary>
    public Edition Now
    {
        get
        {
            // Snapshots are immutable, so the same references mean the same rows. Pages that find them changed wait for the one that does the work.
            if (_edition is { } edition && edition.Of.SequenceEqual(Read(), ReferenceEqualityComparer.Instance))
            {
                return edition;
            }

            lock (_working)
            {
                var read = Read();
                return _edition is { } made && made.Of.SequenceEqual(read, ReferenceEqualityComparer.Instance) ? made : _edition = Work(read);
            }
        }
    }

    public TrafficReading Traffic() => new(traffic.Items, visitors.Items, time.GetUtcNow());

    public string OwnerName(string ownerId) => ownerId.Length == 0 ? "Admins" : accounts.FindAccount(ownerId)?.Name ?? SessionRow.Automation;

    private Task BringOut()
    {
        _ = Now;
        Volatile.Read(ref _changed)?.Invoke();
        return Task.CompletedTask;
    }

    private object[] Read() => [sessions.Items, exposures.Items, traffic.Items, visitors.Items, accounts.Now];

    private Edition Work(object[] read)
    {
        // 1 the rows; most sessions stand still from one edition to the next
        var all = sessions.Items.Values.ToList();
        var reading = Traffic();
        var busy = visitors.Items.Values.Select(visitor => visitor.SessionId)
            .Concat(traffic.Items.Keys.Select(id => exposures.Find(id)).OfType<ExposureStatus>().Select(exposure => exposure.SessionId))
            .ToHashSet(StringComparer.Ordinal);
        var known = new Dictionary<string, Known>(all.Count, StringComparer.Ordinal);
        var inPlace = true;
        foreach (var session in all.Where(session => !session.IsThisMachine))
        {
            var (before, ports, quiet, owner) = (_known.GetValueOrDefault(session.Id), exposures.PortsOf(session.Id), !busy.Contains(session.Id), OwnerName(session.OwnerId));
            var now = before is not null && before.IsOf(session, ports, quiet, owner) ? before : new(session, ports, quiet, SessionRow.Of(session, ports.Values, owner, reading.Of));
            inPlace &= before is not null && before.StandsWith(now);
            known.Add(session.Id, now);
        }

        // 2 their order, anew where one may stand elsewhere
        inPlace &= known.Count == _known.Count;
        List<SessionRow> rows = inPlace && _edition is { } former
            ? [.. former.Rows.Select(row => known[row.Id].Row)]
            : [.. known.Values.Select(one => one.Row).OrderBy(row => Signs.Rank(row.State)).ThenBy(row => row.Name, StringComparer.Ordinal)];
        _known = known;
        return new(read, all, rows, inPlace && _edition is { } same ? same.Choices : SessionChoices.Of(rows), SessionSums.Of(rows));
    }

    /// <summary>A row and what it was made of.</summary>
    private sealed record Known(SessionStatus Session, ImmutableSortedDictionary<int, ExposureStatus> Ports, bool Quiet, SessionRow Row)
    {
        public bool IsOf(SessionStatus session, ImmutableSortedDictionary<int, ExposureStatus> ports, bool quiet, string owner) =>
            Quiet && quiet && ReferenceEquals(Session, session) && ReferenceEquals(Ports, ports) && Row.Owner == owner;

        /// <summary>In the order, and among the choices.</summary>
        public bool StandsWith(Known other) =>
            ReferenceEquals(this, other)
            || (Row.State, Row.Name, Row.Node, Row.OwnerId, Row.Owner) == (other.Row.State, other.Row.Name, other.Row.Node, other.Row.OwnerId, other.Row.Owner);
    }

    /// <param name="Of">The feeds' snapshots that it was made from.</param>
    /// <param name="Sessions">All of them, in no order.</param>
    /// <param name="Rows">All sessions but this machine: live, idle, waiting, unreachable, paused, ended; then by name.</param>
    /// <param name="Choices">Of all rows, as are the sums.</param>
    internal sealed record Edition(object[] Of, IReadOnlyList<SessionStatus> Sessions, IReadOnlyList<SessionRow> Rows, SessionChoices Choices, SessionSums Sums);
}
