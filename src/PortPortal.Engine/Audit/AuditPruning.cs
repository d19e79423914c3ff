using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PortPortal.Engine.Common;
using PortPortal.Engine.Data;

namespace PortPortal.Engine.Audit;

/// <summary>Takes out what is older than <see cref="AuditOptions.KeepFor"/>: at start and every hour, in pieces that hold nobody up.</summary>
internal sealed class AuditPruning(Database database, IOptions<AuditOptions> options, TimeProvider time, ILogger<AuditPruning> logger) : PeriodicService(Interval, time, logger)
{
    private const int MostAtOnce = 2000;
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <returns>How many entries were taken out.</returns>
    public async Task<int> PruneAsync(CancellationToken cancellationToken)
    {
        var oldest = Time.GetUtcNow() - options.Value.KeepFor;
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
        await TryRoundAsync(stoppingToken);
        await base.ExecuteAsync(stoppingToken);
    }

    protected override Task RoundAsync(CancellationToken cancellationToken) => PruneAsync(cancellationToken);
}
