using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using PortPortal.Engine.Audit;
using PortPortal.Engine.Common;
using PortPortal.Engine.Data;

namespace PortPortal.Tests.Audit;

/// <summary>The Audit slice over a SQLite file of its own, without a web host.</summary>
internal sealed class AuditHost : IAsyncDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly ServiceProvider _services;

    private AuditHost()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new(DataDirectory.Setting, _directory.Root)]).Build();
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(configuration);
        services.AddLogging();
        services.AddSingleton<TimeProvider>(Time);
        services.AddData(configuration).AddAudit();
        _services = services.BuildServiceProvider();
    }

    public ManualTime Time { get; } = new();

    public AuditLog Log => Get<AuditLog>();

    public static async Task<AuditHost> StartAsync()
    {
        var host = new AuditHost();
        await host.Get<Database>().RunAsync(db => db.Database.EnsureCreatedAsync());
        return host;
    }

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public AuditEntry Entry(string action, string actor = "Ada", AuditResult result = AuditResult.Done, string reason = "Did it.") =>
        AuditEntry.By(new Actor(actor.ToLowerInvariant(), actor, Role.Admin, "192.0.2.7"), Time, action, reason, result);

    public Task WriteAsync(params AuditEntry[] entries) => Get<Database>().RunAsync(db =>
    {
        db.AddRange(entries);
        return db.SaveChangesAsync();
    });

    public async Task<IReadOnlyList<string>> ActionsAsync(AuditFilter filter, AuditScope? scope = null) =>
        [.. (await Log.ReadAsync(filter, scope ?? AuditScope.Everything, before: null, most: 100, CancellationToken.None)).Select(entry => entry.Action)];

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        _directory.Dispose();
    }
}
