using PortPortal.Engine.Accounts;
using PortPortal.Engine.Edge.Traffic;
using PortPortal.Engine.Exposures;
using PortPortal.Engine.Sessions;

namespace PortPortal.Components.Live;

/// <summary>Every session as a row, in order: worked out once for each state of the feeds, however many pages look.</summary>
internal sealed class SessionBoard(SessionFeed sessions, ExposureFeed exposures, TrafficFeed traffic, VisitorFeed visitors, AccountDirectory accounts, TimeProvider time)
{
    private volatile Edition? _edition;

    /// <summary>As of this moment.</summary>
    public Edition Now
    {
        get
        {
            // Snapshots are immutable, so the same references mean the same rows. Two pages that find them changed do the work twice, once.
            object[] read = [sessions.Items, exposures.Items, traffic.Items, visitors.Items, accounts.Now];
            if (_edition is { } edition && edition.Of.SequenceEqual(read, ReferenceEqualityComparer.Instance))
            {
                return edition;
            }

            edition = Work(read);
            _edition = edition;
            return edition;
        }
    }

    public TrafficReading Traffic() => new(traffic.Items, visitors.Items, time.GetUtcNow());

    public string OwnerName(string ownerId) => ownerId.Length == 0 ? "Admins" : accounts.FindAccount(ownerId)?.Name ?? SessionRow.Automation;

    private Edition Work(object[] read)
    {
        var all = sessions.Items.Values.ToList();
        var open = exposures.Items.Values.ToLookup(exposure => exposure.SessionId, StringComparer.Ordinal);
        var reading = Traffic();
        return new(
            read,
            all,
            open,
            [.. all.Where(session => !session.IsThisMachine)
                .Select(session => SessionRow.Of(session, open[session.Id], OwnerName(session.OwnerId), reading.Of))
                .OrderBy(row => Signs.Rank(row.State))
                .ThenBy(row => row.Name, StringComparer.Ordinal)]);
    }

    /// <param name="Of">The feeds' snapshots that it was made from.</param>
    /// <param name="Sessions">All of them, in no order.</param>
    /// <param name="Exposures">By session.</param>
    /// <param name="Rows">All sessions but this machine: live, idle, waiting, unreachable, paused, ended; then by name.</param>
    internal sealed record Edition(object[] Of, IReadOnlyList<SessionStatus> Sessions, ILookup<string, ExposureStatus> Exposures, IReadOnlyList<SessionRow> Rows);
}
