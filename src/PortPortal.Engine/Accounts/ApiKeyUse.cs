using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using PortPortal.Engine.Common;
using PortPortal.Engine.Data;

namespace PortPortal.Engine.Accounts;

/// <summary>Remembers when keys were used, and writes it down once a minute instead of once a request.</summary>
internal sealed class ApiKeyUse(Database database, TimeProvider time, ILogger<ApiKeyUse> logger) : PeriodicService(Interval, time, logger)
{
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _lastUse = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _written = new(StringComparer.Ordinal);

    public void Record(string keyId) => _lastUse[keyId] = Time.GetUtcNow();

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
        await TryRoundAsync(CancellationToken.None); // draining may have used up the program's time
    }

    protected override Task RoundAsync(CancellationToken cancellationToken) => WriteAsync(cancellationToken);
}
