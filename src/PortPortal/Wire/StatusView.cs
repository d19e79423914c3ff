using System.Collections.Immutable;
using PortPortal.Engine.Common;
using PortPortal.Engine.Exposures;
using PortPortal.Engine.Sessions;
using PortPortal.Sdk;

namespace PortPortal.Wire;

/// <summary>What one reader of the status stream knows, so that a change can be told in full and a removal by name.</summary>
internal sealed class StatusView(ImmutableDictionary<string, SessionStatus> sessions, ImmutableDictionary<string, ExposureStatus> exposures)
{
    private readonly Dictionary<string, SessionStatus> _sessions = new(sessions, StringComparer.Ordinal);
    private readonly Dictionary<string, ExposureStatus> _exposures = new(exposures, StringComparer.Ordinal);

    public StatusEvent Whole(Func<SessionStatus, bool> maySee) => new()
    {
        Reset = true,
        Sessions = [.. _sessions.Values.Where(maySee).Select(Info)],
        Ports = [.. _exposures.Values.Where(exposure => Seen(exposure.SessionId, maySee)).Select(exposure => exposure.ToInfo())],
    };

    /// <summary>Null where nothing in the batch is for this reader.</summary>
    public StatusEvent? Take(object batch, Func<SessionStatus, bool> maySee) => batch switch
    {
        FeedBatch<SessionStatus> changes => Take(changes, maySee),
        FeedBatch<ExposureStatus> changes => Take(changes, maySee),
        _ => throw new ArgumentOutOfRangeException(nameof(batch)),
    };

    private StatusEvent? Take(FeedBatch<SessionStatus> changes, Func<SessionStatus, bool> maySee)
    {
        foreach (var id in changes.Removals)
        {
            _sessions.Remove(id);
        }

        foreach (var session in changes.Upserts)
        {
            _sessions[session.Id] = session;
        }

        var seen = changes.Upserts.Where(maySee).Select(Info).ToList();
        return seen.Count == 0 ? null : new StatusEvent { Reset = false, Sessions = seen };
    }

    private StatusEvent? Take(FeedBatch<ExposureStatus> changes, Func<SessionStatus, bool> maySee)
    {
        var closed = changes.Removals.Select(id => _exposures.Remove(id, out var gone) ? gone : null).OfType<ExposureStatus>().Where(gone => Seen(gone.SessionId, maySee)).ToList();
        foreach (var exposure in changes.Upserts)
        {
            _exposures[exposure.Id] = exposure;
        }

        var open = changes.Upserts.Where(exposure => Seen(exposure.SessionId, maySee)).ToList();
        return closed.Count + open.Count == 0
            ? null
            : new StatusEvent
            {
                Reset = false,
                Ports = [.. open.Select(exposure => exposure.ToInfo())],
                Closed = [.. closed.Select(gone => new ClosedPortInfo(gone.SessionId, gone.Port))],
            };
    }

    private bool Seen(string sessionId, Func<SessionStatus, bool> maySee) => _sessions.TryGetValue(sessionId, out var session) && maySee(session);

    private SessionInfo Info(SessionStatus session) => session.ToInfo(_exposures.Values.Where(exposure => exposure.SessionId == session.Id));
}
