using PortPortal.Engine.Common;
using PortPortal.Engine.Sessions;

namespace PortPortal.Engine.Exposures;

/// <summary>Works out the ladder of one exposure from what is known of it: the same answer for the same facts.</summary>
internal static class HealthLadder
{
    private static readonly HealthSign NotTried = new(null, "Nothing has been asked of the app yet.");

    /// <param name="sources">Who knows of nodes, tunnels and rules; a rung that nobody speaks for does not stand in the way.</param>
    /// <param name="app">What the app answered last; null where nobody has asked.</param>
    public static ExposureHealth Of(ExposureStatus exposure, SessionStatus session, IEnumerable<IHealthSource> sources, HealthSign? app, DateTimeOffset now)
    {
        var steps = new List<HealthStep>();
        foreach (var rung in Enum.GetValues<HealthRung>())
        {
            var sign = rung switch
            {
                HealthRung.SessionRunning => SessionSign(session),
                HealthRung.PortListening => ListeningSign(exposure, session),
                HealthRung.AppAnswers => app ?? NotTried,
                _ => Said(sources, rung, exposure),
            };
            var before = exposure.Health?.Steps.FirstOrDefault(step => step.Rung == rung);
            var since = before is not null && before.Passed == sign.Passed ? before.Since : now;
            steps.Add(new(rung, sign.Passed, since, sign.Reason));
        }

        return new(steps.ToValueList());
    }

    private static HealthSign SessionSign(SessionStatus session) => session switch
    {
        { ProblemSince: { } since } => new(null, $"Not known since {since.UtcDateTime:yyyy-MM-dd HH:mm} UTC: {session.Problem}"),
        { State: SessionState.Running } => new(true, "The session is running."),
        { State: SessionState.Paused } => new(false, "The session is paused; the URL works again when it resumes."),
        { State: SessionState.Starting } => new(false, "The session is starting."),
        _ => new(false, "The session has ended."),
    };

    private static HealthSign ListeningSign(ExposureStatus exposure, SessionStatus session) => exposure switch
    {
        { Waits: true } => new(false, exposure.Problem ?? ""),
        { Listening: null } => new(null, "Nobody has looked yet."),
        { Listening: true, Process: { } process } => new(true, $"{process} listens on port {exposure.Port}."),
        { Listening: true } => new(true, $"Something listens on port {exposure.Port}."),
        _ when session.ListenerOn(exposure.Port) is { OnlyInside: true } => new(false, $"It listens on the session's own loopback address only: start it on 0.0.0.0:{exposure.Port}."),
        _ => new(false, $"Nothing listens on port {exposure.Port} yet: start the app."),
    };

    private static HealthSign Said(IEnumerable<IHealthSource> sources, HealthRung rung, ExposureStatus exposure) =>
        sources.Where(source => source.Rung == rung).Select(source => source.Look(exposure)).FirstOrDefault(sign => sign is not null) ?? new(true, rung switch
        {
            HealthRung.NodeConnected => "This machine runs it.",
            HealthRung.TunnelUp => "No tunnel is needed.",
            _ => "No rule is needed: web traffic is proxied.",
        });
}
