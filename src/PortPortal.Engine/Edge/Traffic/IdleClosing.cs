using Microsoft.Extensions.Logging;
using PortPortal.Engine.Common;
using PortPortal.Engine.Exposures;

namespace PortPortal.Engine.Edge.Traffic;

/// <summary>Closes the ports to which nobody has come for as long as their owner set.</summary>
/// <remarks>
/// Counted from the last visit, or from when this process first saw the port open, whichever is later: a restart and a pause give it the whole time again.
/// Somebody with an open connection is there, however quiet.
/// </remarks>
internal sealed class IdleClosing(ExposureFeed exposures, EdgeConnections connections, ExposureService service, TimeProvider time, ILogger<IdleClosing> logger) : PeriodicService(Interval, time, logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private readonly Dictionary<string, DateTimeOffset> _watchedSince = new(StringComparer.Ordinal); // touched by the loop alone

    protected override async Task RoundAsync(CancellationToken cancellationToken)
    {
        var watched = exposures.Items.Values.Where(exposure => exposure is { CloseAfterIdle: not null, State: ExposureState.Active }).ToDictionary(exposure => exposure.Id, StringComparer.Ordinal);
        foreach (var gone in _watchedSince.Keys.Where(id => !watched.ContainsKey(id)).ToList())
        {
            _watchedSince.Remove(gone);
        }

        var now = Time.GetUtcNow();
        foreach (var exposure in watched.Values)
        {
            if (EndOf(exposure, exposure.CloseAfterIdle!.Value, now) is var end && end <= now)
            {
                await service.CloseByItselfAsync(exposure, Actor.System, $"Port {exposure.Port} of {exposure.SessionName} closed itself: nobody came for {Spoken(exposure.CloseAfterIdle.Value)}.", cancellationToken);
            }
            else
            {
                exposures.Update(exposure.Id, current => current with { IdleEndsAt = end });
            }
        }
    }

    /// <summary>Null while somebody is there.</summary>
    private DateTimeOffset? EndOf(ExposureStatus exposure, TimeSpan limit, DateTimeOffset now)
    {
        var since = _watchedSince.TryGetValue(exposure.Id, out var first) ? first : _watchedSince[exposure.Id] = now;
        var visit = connections.LastVisit(exposure.Id, now) ?? since;
        return visit == now && visit != since ? null : (visit > since ? visit : since) + limit;
    }

    private static string Spoken(TimeSpan limit) => limit.TotalMinutes < 120 ? $"{limit.TotalMinutes:0.#} minutes" : $"{limit.TotalHours:0.#} hours";
}
