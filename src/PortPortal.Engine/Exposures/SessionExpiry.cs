using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PortPortal.Engine.Common;
using PortPortal.Engine.Sessions;

namespace PortPortal.Engine.Exposures;

/// <summary>Ends the sessions whose time is over, and forgets those that ended more than a day ago.</summary>
internal sealed partial class SessionExpiry(SessionFeed sessions, SessionEnding ending, TimeProvider time, ILogger<SessionExpiry> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>What ran out while nobody was looking is ended before the edge opens.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await EndOverdueAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await EndOverdueAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // Tried again with the next tick.
                Log.NotEnded(logger, exception);
            }
        }
    }

    private async Task EndOverdueAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        foreach (var session in sessions.Items.Values.Where(session => session.EndedAt is null && session.ExpiresAt <= now))
        {
            await ending.EndAsync(session.Id, Actor.System, $"{session.Name} reached its end", cancellationToken);
        }

        sessions.Remove(sessions.Items.Values.Where(session => session.EndedAt < now - SessionFeed.EndedAreShown).Select(session => session.Id));
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "A session that reached its end could not be ended; it is tried again.")]
        public static partial void NotEnded(ILogger logger, Exception exception);
    }
}
