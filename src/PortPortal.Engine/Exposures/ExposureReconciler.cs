using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PortPortal.Engine.Audit;
using PortPortal.Engine.Common;
using PortPortal.Engine.Data;
using PortPortal.Engine.Profiles;
using PortPortal.Engine.Sessions;

namespace PortPortal.Engine.Exposures;

/// <summary>Makes what is in force equal to what the database wants: wholly at start and every 30 s; between that, the sessions that were touched.</summary>
/// <remarks>It works from the whole picture of a session, never from a delta, so a crash at any step heals at the next pass.</remarks>
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
    private readonly Agenda _agenda = new(time);
    private DateTimeOffset _due; // everything; touched by the loop alone

    /// <summary>Asks for a pass over one session now.</summary>
    public void Wake(string sessionId) => _agenda.Call([sessionId]);

    /// <summary>The first pass runs before the edge opens, so that no visitor meets a half-known world.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        profiles.Changed += _agenda.CallEverything;
        await ReconcileAsync(null, cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        profiles.Changed -= _agenda.CallEverything;
        base.Dispose();
        _agenda.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var touched = await _agenda.TakeAsync(_due - time.GetUtcNow(), stoppingToken);
            try
            {
                await ReconcileAsync(touched, stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // What is in force stays in force; the next pass tries again.
                _due = time.GetUtcNow() + Interval;
                _agenda.Distrust();
                Log.PassFailed(logger, exception);
            }
        }
    }

    /// <param name="touched">Ids of sessions; null for all.</param>
    private Task ReconcileAsync(IReadOnlySet<string>? touched, CancellationToken cancellationToken) => database.InTurnAsync(
        async db =>
        {
            // 1 what has reached its end is closed
            var rows = db.Set<Exposure>().AsNoTracking().Where(exposure => exposure.ClosedAt == null);
            var open = await (touched is null ? rows : rows.Where(exposure => touched.Contains(exposure.SessionId))).ToListAsync(cancellationToken);
            var now = time.GetUtcNow();
            var ended = open.Where(exposure => exposure.ExpiresAt <= now).ToList();
            db.AttachRange(ended);
            foreach (var exposure in ended)
            {
                (exposure.ClosedAt, exposure.ClosedBy) = (now, Actor.System.Id);
                db.Add(AuditEntry.By(Actor.System, time, "port.closed", $"Port {exposure.Port} reached its end.") with { SessionId = exposure.SessionId, Port = exposure.Port });
            }

            await db.SaveChangesAsync(cancellationToken);

            // 2 what is left is in force, as far as there are places
            var wanted = open.Except(ended).ToList();
            List<ExposureStatus> inForce = [.. from ofSession in wanted.GroupBy(exposure => exposure.SessionId)
                                               let session = sessions.Find(ofSession.Key)
                                               where session is { EndedAt: null }
                                               from status in InPlaces(ofSession, session)
                                               select status.Keeping(feed.Find(status.Id))];
            if (touched is null)
            {
                feed.Replace(inForce);
                _due = now + Interval;
            }
            else
            {
                feed.Replace([.. touched.SelectMany(feed.Of).Select(exposure => exposure.Id)], inForce);
            }

            // 3 the next end is everybody's
            var nextEnd = wanted.Min(exposure => exposure.ExpiresAt) ?? DateTimeOffset.MaxValue;
            _due = nextEnd < _due ? nextEnd : _due;
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
