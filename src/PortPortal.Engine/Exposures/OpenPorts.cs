using Microsoft.Extensions.Logging;
using PortPortal.Engine.Common;
using PortPortal.Engine.Profiles;
using PortPortal.Engine.Sessions;

namespace PortPortal.Engine.Exposures;

/// <summary>Keeps the exposures of sessions with the profile flag <c>openPorts</c> equal to what is seen listening there.</summary>
/// <remarks>
/// A port that stops listening gives its place back after <see cref="Grace"/>, which a server needs to restart. Left out are hidden ports, those below 1024,
/// those the session's network policy forbids, and debuggers: what runs whatever it is told is opened by a person, or not at all.
/// </remarks>
internal sealed class OpenPorts(SessionFeed sessions, ExposureFeed exposures, ProfileBook profiles, DetectedExposures detected, ExposureService service, TimeProvider time, ILogger<OpenPorts> logger) : PeriodicService(Interval, time, logger)
{
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private const int FirstOpenPort = 1024;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private readonly Dictionary<string, DateTimeOffset> _silentSince = new(StringComparer.Ordinal); // touched by the loop alone, as is _asked
    private readonly Dictionary<string, (ValueList<int> Ports, DateTimeOffset At)> _asked = new(StringComparer.Ordinal);

    protected override async Task RoundAsync(CancellationToken cancellationToken)
    {
        var open = exposures.Items.Values.ToLookup(exposure => exposure.SessionId, StringComparer.Ordinal);
        var silent = new HashSet<string>(StringComparer.Ordinal);
        foreach (var session in sessions.Items.Values.Where(session => session is { State: SessionState.Running, IsThisMachine: false, Listening: not null } && profiles.Of(session.Profile).OpenPorts))
        {
            var appeared = session.Listening!.Where(listener => MayOpen(listener, session)).Select(listener => listener.Port).Except(open[session.Id].Select(exposure => exposure.Port));
            await OpenAsync(session.Id, appeared.Order().ToValueList(), cancellationToken);

            foreach (var exposure in open[session.Id].Where(exposure => exposure is { Source: ExposureSource.Detected, Listening: false }))
            {
                silent.Add(exposure.Id);
                await CloseIfSilentAsync(exposure, cancellationToken);
            }
        }

        foreach (var heard in _silentSince.Keys.Where(id => !silent.Contains(id)).ToList())
        {
            _silentSince.Remove(heard);
        }
    }

    /// <summary>What somebody closed, and what finds no room, appears at every look; asking once in a while is enough.</summary>
    private async Task OpenAsync(string sessionId, ValueList<int> appeared, CancellationToken cancellationToken)
    {
        var now = Time.GetUtcNow();
        var asked = _asked.GetValueOrDefault(sessionId);
        if (appeared.Count == 0 || (appeared.Equals(asked.Ports) && now - asked.At < Grace))
        {
            return;
        }

        await detected.OpenAsync(sessionId, appeared, cancellationToken);
        _asked[sessionId] = (appeared, now);
    }

    private async Task CloseIfSilentAsync(ExposureStatus exposure, CancellationToken cancellationToken)
    {
        var now = Time.GetUtcNow();
        if (!_silentSince.TryGetValue(exposure.Id, out var since))
        {
            _silentSince[exposure.Id] = now;
        }
        else if (now - since >= Grace)
        {
            await service.CloseByItselfAsync(exposure, DetectedExposures.Detection, $"Port {exposure.Port} of {exposure.SessionName} was closed: nothing listens on it any more.", cancellationToken);
        }
    }

    private static bool MayOpen(ListeningPort listener, SessionStatus session) =>
        listener is { Hidden: false, OnlyInside: false, Port: >= FirstOpenPort, Kind: not (ListenerKind.Debugger or ListenerKind.Ssh) }
        && (session.AllowPorts.Count == 0 || session.AllowPorts.Contains(listener.Port));
}
