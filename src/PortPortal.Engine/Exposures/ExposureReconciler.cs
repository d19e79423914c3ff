using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PortPortal.Engine.Audit;
using PortPortal.Engine.Common;
using PortPortal.Engine.Data;
using PortPortal.Engine.Profiles;
using PortPortal.Engine.Sessions;

namespace PortPortal.Engine.Exposures;

/// <summary>Makes what is in force equal to what the database wants: at start, when woken, and every 30 s.</summary>
/// <remarks>It works from the whole picture, never from a delta, so a crash at any step heals at the next pass.</remarks>
internal sealed partial class ExposureReconciler(
    Database database,
    SessionFeed sessions,
    ExposureFeed feed,
    ProfileBook profiles,
    PublicAddress address,
    TimeProvider time,
    ILogger<ExposureReconciler> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);
    private readonly WakeUp _wakeUp = new(time);
    private DateTimeOffset _nextEnd = DateTimeOffset.MaxValue; // touched by the loop alone

    /// <summary>Asks for a pass now; many calls before it are one.</summary>
    public void Wake() => _wakeUp.Call();

    /// <summary>The first pass runs before the edge opens, so that no visitor meets a half-known world.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        profiles.Changed += Wake;
        await ReconcileAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        profiles.Changed -= Wake;
        base.Dispose();
        _wakeUp.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var untilEnd = _nextEnd - time.GetUtcNow();
            await _wakeUp.WaitAsync(untilEnd < Interval ? untilEnd : Interval, stoppingToken);
            try
            {
                await ReconcileAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // What is in force stays in force; the next pass tries again.
                Log.PassFailed(logger, exception);
            }
        }
    }

    private Task ReconcileAsync(CancellationToken cancellationToken) => database.InTurnAsync(
        async db =>
        {
            // 1 what has reached its end is closed
            var open = await db.Set<Exposure>().Where(exposure => exposure.ClosedAt == null).ToListAsync(cancellationToken);
            var now = time.GetUtcNow();
            var ended = open.Where(exposure => exposure.ExpiresAt <= now).ToList();
            foreach (var exposure in ended)
            {
                (exposure.ClosedAt, exposure.ClosedBy) = (now, Actor.System.Id);
                db.Add(AuditEntry.By(Actor.System, time, "port.closed", $"Port {exposure.Port} reached its end.") with { SessionId = exposure.SessionId, Port = exposure.Port });
            }

            await db.SaveChangesAsync(cancellationToken);

            // 2 what is left is in force, as far as there are places
            var wanted = open.Except(ended).ToList();
            feed.Replace([.. from ofSession in wanted.GroupBy(exposure => exposure.SessionId)
                             let session = sessions.Find(ofSession.Key)
                             where session is { EndedAt: null }
                             from status in InPlaces(ofSession, session)
                             select status.Keeping(feed.Find(status.Id))]);
            _nextEnd = wanted.Min(exposure => exposure.ExpiresAt) ?? DateTimeOffset.MaxValue;
        },
        cancellationToken);

    private IEnumerable<ExposureStatus> InPlaces(IEnumerable<Exposure> open, SessionStatus session)
    {
        var places = profiles.Of(session.Profile).MaxExposedPorts;
        var waiting = ExposurePlaces.Waiting(open, places);
        return open.Select(exposure => ExposureStatus.Of(exposure, session, address, waiting.Contains(exposure.Id) ? ExposurePlaces.Reason(places) : null));
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "The reconciler's pass failed; what was in force stays in force.")]
        public static partial void PassFailed(ILogger logger, Exception exception);
    }
}
