using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PortPortal.Engine.Data;

namespace PortPortal.Engine.Audit;

/// <summary>Writes what visitors do: their requests never wait for the database.</summary>
/// <remarks>In order and in batches. When strangers make more than can be written, the surplus is counted and said, not kept.</remarks>
internal sealed partial class AuditSpool(Database database, ILogger<AuditSpool> logger) : BackgroundService
{
    private const int MostWaiting = 4096;
    private const int MostAtOnce = 256;
    private readonly Channel<AuditEntry> _entries = Channel.CreateBounded<AuditEntry>(new BoundedChannelOptions(MostWaiting) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
    private long _dropped;

    public void Add(AuditEntry entry)
    {
        if (!_entries.Writer.TryWrite(entry))
        {
            Interlocked.Increment(ref _dropped);
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _entries.Writer.TryComplete();
        await base.StopAsync(cancellationToken);
        while (_entries.Reader.Count > 0)
        {
            await WriteWaitingAsync();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (await _entries.Reader.WaitToReadAsync(stoppingToken))
        {
            await WriteWaitingAsync();
        }
    }

    /// <remarks>Never cut short: what was taken from the queue would be lost.</remarks>
    private async Task WriteWaitingAsync()
    {
        var batch = new List<AuditEntry>();
        while (batch.Count < MostAtOnce && _entries.Reader.TryRead(out var entry))
        {
            batch.Add(entry);
        }

        if (Interlocked.Exchange(ref _dropped, 0) is > 0 and var dropped)
        {
            Log.Dropped(logger, dropped);
        }

        if (batch.Count == 0)
        {
            return;
        }

        try
        {
            await database.RunAsync(async db =>
            {
                db.AddRange(batch);
                await db.SaveChangesAsync();
            });
        }
        catch (Exception exception)
        {
            Log.NotWritten(logger, exception, batch.Count);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "{Count} audit entries of visitors were dropped: they came faster than they could be written.")]
        public static partial void Dropped(ILogger logger, long count);

        [LoggerMessage(LogLevel.Error, "{Count} audit entries of visitors could not be written.")]
        public static partial void NotWritten(ILogger logger, Exception exception, int count);
    }
}
