using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PortPortal.Engine.Data;

namespace PortPortal.Engine.Accounts;

/// <summary>Remembers when keys were used, and writes it down once a minute instead of once a request.</summary>
internal sealed partial class ApiKeyUse(Database database, TimeProvider time, ILogger<ApiKeyUse> logger) : BackgroundService
{
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _lastUse = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _written = new(StringComparer.Ordinal);

    public void Record(string keyId) => _lastUse[keyId] = time.GetUtcNow();

    public DateTimeOffset? LastUse(string keyId) => _lastUse.TryGetValue(keyId, out var at) ? at : null;

    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        foreach (var (id, at) in _lastUse)
        {
            if (_written.GetValueOrDefault(id) != at)
            {
                await database.RunAsync(db => db.Set<ApiKey>().Where(key => key.Id == id).ExecuteUpdateAsync(set => set.SetProperty(key => key.LastUsedAt, at), cancellationToken));
                _written[id] = at;
            }
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryWriteAsync(CancellationToken.None); // draining may have used up the program's time
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await TryWriteAsync(stoppingToken);
        }
    }

    private async Task TryWriteAsync(CancellationToken cancellationToken)
    {
        try
        {
            await WriteAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            Log.NotWritten(logger, exception);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "When API keys were last used could not be written; it is tried again in a minute.")]
        public static partial void NotWritten(ILogger logger, Exception exception);
    }
}
