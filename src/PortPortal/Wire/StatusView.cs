using System.Collections.Immutable;
using PortPortal.Engine.Common;
using PortPortal.Engine.Exposures;
using PortPortal.Engine.Exposures.PortForwards;
using PortPortal.Engine.Nodes;
using PortPortal.Engine.Sessions;
using PortPortal.Sdk;

namespace PortPortal.Wire;

/// <summary>What one reader of the status stream knows, so that a change can be told in full and a removal by name.</summary>
internal sealed class StatusView(
    ImmutableDictionary<string, SessionStatus> sessions,
    ImmutableDictionary<string, ExposureStatus> exposures,
    ImmutableDictionary<string, PortForwardStatus> forwards,
    ImmutableDictionary<string, ForwardingStatus> nodes)
{
    private readonly Dictionary<string, SessionStatus> _sessions = new(sessions, StringComparer.Ordinal);
    private readonly Dictionary<string, ExposureStatus> _exposures = new(exposures, StringComparer.Ordinal);
    private readonly Dictionary<string, PortForwardStatus> _forwards = new(forwards, StringComparer.Ordinal);

    /// <param name="seesNodes">Nodes are shown to admins.</param>
    public StatusEvent Whole(Func<SessionStatus, bool> maySee, bool seesNodes) => new()
    {
        Reset = true,
        Sessions = [.. _sessions.Values.Where(maySee).Select(Info)],
        Ports = [.. _exposures.Values.Where(exposure => Seen(exposure.SessionId, maySee)).Select(exposure => exposure.ToInfo())],
        Forwards = [.. _forwards.Values.Where(forward => Seen(forward.SessionId, maySee)).Select(forward => forward.ToInfo())],
        Nodes = seesNodes ? [.. nodes.Values.Select(node => node.ToInfo())] : [],
    };

    /// <summary>Null where nothing in the batch is for this reader.</summary>
    public StatusEvent? Take(object batch, Func<SessionStatus, bool> maySee, bool seesNodes) => batch switch
    {
        FeedBatch<SessionStatus> changes => Take(changes, maySee),
        FeedBatch<ExposureStatus> changes => Take(changes, maySee),
        FeedBatch<PortForwardStatus> changes => Take(changes, maySee),
        FeedBatch<NodeStatus> changes => seesNodes && !changes.Upserts.IsEmpty ? new StatusEvent { Reset = false, RemoteNodes = [.. changes.Upserts.Select(node => node.ToInfo())] } : null,
        FeedBatch<ForwardingStatus> changes => seesNodes && !changes.Upserts.IsEmpty ? new StatusEvent { Reset = false, Nodes = [.. changes.Upserts.Select(node => node.ToInfo())] } : null,
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

    private StatusEvent? Take(FeedBatch<PortForwardStatus> changes, Func<SessionStatus, bool> maySee)
    {
        var gone = changes.Removals.Select(id => _forwards.Remove(id, out var forward) ? forward : null).OfType<PortForwardStatus>().Where(forward => Seen(forward.SessionId, maySee)).ToList();
        foreach (var forward in changes.Upserts)
        {
            _forwards[forward.Id] = forward;
        }

        var open = changes.Upserts.Where(forward => Seen(forward.SessionId, maySee)).ToList();
        return gone.Count + open.Count == 0
            ? null
            : new StatusEvent
            {
                Reset = false,
                Forwards = [.. open.Select(forward => forward.ToInfo())],
                ClosedForwards = [.. gone.Select(forward => new ClosedForwardInfo(forward.SessionId, forward.Id))],
            };
    }

    private bool Seen(string sessionId, Func<SessionStatus, bool> maySee) => _sessions.TryGetValue(sessionId, out var session) && maySee(session);

    private SessionInfo Info(SessionStatus session) => session.ToInfo(_exposures.Values.Where(exposure => exposure.SessionId == session.Id));
}
