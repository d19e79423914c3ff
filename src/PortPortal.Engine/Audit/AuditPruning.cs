using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PortPortal.Engine.Data;

namespace PortPortal.Engine.Audit;

/// <summary>Takes out what is older than <see cref="AuditOptions.KeepFor"/>: at start and every hour, in pieces that hold nobody up.</summary>
internal sealed partial class AuditPruning(Database database, IOptions<AuditOptions> options, TimeProvider time, ILogger<AuditPruning> logger) : BackgroundService
{
    private const int MostAtOnce = 2000;
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <returns>How many entries were taken out.</returns>
    public async Task<int> PruneAsync(CancellationToken cancellationToken)
    {
        var oldest = time.GetUtcNow() - options.Value.KeepFor;
        var all = 0;
        for (var last = MostAtOnce; last == MostAtOnce; all += last)
        {
            last = await database.InTurnAsync(
                db => db.Set<AuditEntry>().Where(entry => entry.At < oldest).OrderBy(entry => entry.Id).Take(MostAtOnce).ExecuteDeleteAsync(cancellationToken),
                cancellationToken);
        }

        return all;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            try
            {
                await PruneAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                Log.NotPruned(logger, exception);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "Old audit entries could not be taken out; the next try is in an hour.")]
        public static partial void NotPruned(ILogger logger, Exception exception);
    }
}
