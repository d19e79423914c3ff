using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using PortPortal.Engine.Common;
using PortPortal.Engine.Sessions;

namespace PortPortal.Engine.Exposures;

/// <summary>Keeps every exposure's ladder up to date; each rung that changes is announced with the exposure.</summary>
internal sealed class HealthWatch(SessionFeed sessions, ExposureFeed exposures, IEnumerable<IHealthSource> sources, TimeProvider time, ILogger<HealthWatch> logger) : PeriodicService(Interval, time, logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private readonly IReadOnlyList<IHealthSource> _sources = [.. sources];
    private readonly ConcurrentDictionary<string, HealthSign> _apps = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Facts> _judged = new(StringComparer.Ordinal); // touched by the loop alone

    /// <summary>What an app answered, or why it did not; visits and checks tell.</summary>
    public void Tell(string exposureId, HealthSign app) => _apps[exposureId] = app;

    /// <summary>Looks at one exposure now.</summary>
    public ExposureHealth Look(ExposureStatus exposure)
    {
        var session = sessions.Find(exposure.SessionId);
        return session is null
            ? new([])
            : HealthLadder.Of(exposure, session, _sources, _apps.TryGetValue(exposure.Id, out var app) ? app : null, Time.GetUtcNow());
    }

    protected override Task RoundAsync(CancellationToken cancellationToken)
    {
        var open = exposures.Items;
        foreach (var exposure in open.Values.Where(HasChanged))
        {
            var health = Look(exposure);
            exposures.Update(exposure.Id, current => current with { Health = health });
        }

        foreach (var gone in _judged.Keys.Where(id => !open.ContainsKey(id)).ToList())
        {
            _judged.Remove(gone);
            _apps.TryRemove(gone, out _);
        }

        return Task.CompletedTask;
    }

    /// <summary>The same facts need no second look; what sources say may change without a word.</summary>
    private bool HasChanged(ExposureStatus exposure)
    {
        var facts = new Facts(exposure, sessions.Find(exposure.SessionId), _apps.TryGetValue(exposure.Id, out var app) ? app : null);
        if (_sources.Count == 0 && _judged.TryGetValue(exposure.Id, out var before) && before.Is(facts))
        {
            return false;
        }

        _judged[exposure.Id] = facts;
        return true;
    }

    private readonly record struct Facts(ExposureStatus Exposure, SessionStatus? Session, HealthSign? App)
    {
        public bool Is(in Facts other) => ReferenceEquals(Exposure, other.Exposure) && ReferenceEquals(Session, other.Session) && App == other.App;
    }
}
