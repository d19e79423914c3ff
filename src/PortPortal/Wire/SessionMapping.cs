using PortPortal.Engine.Exposures;
using PortPortal.Engine.Sessions;
using PortPortal.Sdk;

namespace PortPortal.Wire;

/// <summary>Sessions, and the ports that are seen on them.</summary>
internal static class SessionMapping
{
    public static SessionInfo ToInfo(this SessionStatus session, IEnumerable<ExposureStatus> exposures) => new()
    {
        Id = session.Id,
        Name = session.Name,
        Kind = WireWord.Of(session.Kind),
        State = WireWord.Of(session.State),
        Notice = session.Notice,
        Problem = session.Problem,
        ProblemSince = session.ProblemSince,
        Node = session.NodeId,
        Address = session.Address?.ToString(),
        Owner = session.OwnerId,
        CreatedAt = session.CreatedAt,
        ExpiresAt = session.ExpiresAt,
        ExposedPorts = [.. exposures.OrderBy(exposure => exposure.Port).Select(exposure => exposure.ToInfo())],
    };

    /// <summary>What is listening and what is exposed, as one list; ports hidden by policy are left out.</summary>
    public static PortList ToPortList(this SessionStatus session, IEnumerable<ExposureStatus> exposures)
    {
        var open = exposures.ToDictionary(exposure => exposure.Port);
        var seen = (session.Listening ?? []).Where(listener => !listener.Hidden || open.ContainsKey(listener.Port)).ToDictionary(listener => listener.Port);
        return new PortList { Ports = [.. open.Keys.Union(seen.Keys).Order().Select(port => ToPort(port, open.GetValueOrDefault(port), seen.GetValueOrDefault(port)))] };
    }

    private static PortInfo ToPort(int port, ExposureStatus? exposure, ListeningPort? listener) => new()
    {
        Port = port,
        Source = WireWord.Of(exposure?.Source ?? ExposureSource.Detected),
        Listening = exposure is null ? listener is { OnlyInside: false } : exposure.Listening,
        Process = listener?.Process,
        Exposed = exposure is not null,
        Url = exposure?.Url,
        Access = exposure is null ? null : WireWord.Of(exposure.Access.Mode),
        Label = exposure?.Label ?? listener?.Guess,
        Problem = exposure?.Problem,
    };
}
