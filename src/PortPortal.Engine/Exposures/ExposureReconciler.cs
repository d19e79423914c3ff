using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PortPortal.Engine.Audit;
using PortPortal.Engine.Common;
using PortPortal.Engine.Data;
using PortPortal.Engine.Sessions;

namespace PortPortal.Engine.Exposures;

/// <summary>Makes what is in force equal to what the database wants: at start, when woken, and every 30 s.</summary>
/// <remarks>It works from the whole picture, never from a delta, so a crash at any step heals at the next pass.</remarks>
internal sealed partial class ExposureReconciler(
    Database database,
    SessionFeed sessions,
    ExposureFeed feed,
    PublicAddress address,
    TimeProvider time,
    ILogger<ExposureReconciler> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);
    private readonly SemaphoreSlim _wake = new(0, 1);
    private DateTimeOffset _nextEnd = DateTimeOffset.MaxValue; // touched by the loop alone

    /// <summary>Asks for a pass now; many calls before it are one.</summary>
    public void Wake()
    {
        lock (_wake)
        {
            if (_wake.CurrentCount == 0)
            {
                _wake.Release();
            }
        }
    }

    /// <summary>The first pass runs before the edge opens, so that no visitor meets a half-known world.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await ReconcileAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        base.Dispose();
        _wake.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await WaitAsync(stoppingToken);
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

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        var untilEnd = _nextEnd - time.GetUtcNow();
        var wait = untilEnd < Interval ? untilEnd : Interval;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var timer = time.CreateTimer(_ => deadline.Cancel(), null, wait < TimeSpan.Zero ? TimeSpan.Zero : wait, Timeout.InfiniteTimeSpan);
        try
        {
            await _wake.WaitAsync(deadline.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The interval has passed.
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
                exposure.ClosedAt = now;
                db.Add(AuditEntry.By(Actor.System, time, "port.closed", $"Port {exposure.Port} reached its end.") with { SessionId = exposure.SessionId, Port = exposure.Port });
            }

            await db.SaveChangesAsync(cancellationToken);

            // 2 what is left is in force
            var wanted = open.Except(ended).ToList();
            feed.Replace([.. from exposure in wanted
                             let session = sessions.Find(exposure.SessionId)
                             where session is { EndedAt: null }
                             select ExposureStatus.Of(exposure, session, address)]);
            _nextEnd = wanted.Min(exposure => exposure.ExpiresAt) ?? DateTimeOffset.MaxValue;
        },
        cancellationToken);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "The reconciler's pass failed; what was in force stays in force.")]
        public static partial void PassFailed(ILogger logger, Exception exception);
    }
}
