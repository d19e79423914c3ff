using PortPortal.Engine.Accounts;
using PortPortal.Engine.Edge.Traffic;
using PortPortal.Engine.Exposures;
using PortPortal.Engine.Sessions;

namespace PortPortal.Components.Live;

/// <summary>Every session as a row, in order: worked out once for each state of the feeds, however many pages look.</summary>
internal sealed class SessionBoard(SessionFeed sessions, ExposureFeed exposures, TrafficFeed traffic, VisitorFeed visitors, AccountDirectory accounts, TimeProvider time)
{
    private volatile Edition? _edition;

    /// <summary>All sessions but this machine: live, idle, waiting, unreachable, paused, ended; then by name.</summary>
    public IReadOnlyList<SessionRow> Rows
    {
        get
        {
            // Snapshots are immutable, so the same references mean the same rows. Two pages that find them changed do the work twice, once.
            object[] read = [sessions.Items, exposures.Items, traffic.Items, visitors.Items, accounts.Now];
            if (_edition is { } edition && edition.Of.SequenceEqual(read, ReferenceEqualityComparer.Instance))
            {
                return edition.Rows;
            }

            var rows = Work();
            _edition = new(read, rows);
            return rows;
        }
    }

    public TrafficReading Traffic() => new(traffic.Items, visitors.Items, time.GetUtcNow());

    public string OwnerName(string ownerId) => ownerId.Length == 0 ? "Admins" : accounts.FindAccount(ownerId)?.Name ?? SessionRow.Automation;

    private IReadOnlyList<SessionRow> Work()
    {
        var open = exposures.Items.Values.ToLookup(exposure => exposure.SessionId, StringComparer.Ordinal);
        var reading = Traffic();
        return [.. sessions.Items.Values.Where(session => !session.IsThisMachine)
            .Select(session => SessionRow.Of(session, open[session.Id], OwnerName(session.OwnerId), reading.Of))
            .OrderBy(row => Signs.Rank(row.State))
            .ThenBy(row => row.Name, StringComparer.Ordinal)];
    }

    private sealed record Edition(object[] Of, IReadOnlyList<SessionRow> Rows);
}
