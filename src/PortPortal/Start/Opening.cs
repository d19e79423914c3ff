using PortPortal.Engine.Accounts;
using PortPortal.Engine.Common;
using PortPortal.Engine.Data;

namespace PortPortal.Start;

/// <summary>What has to be done before anything else starts: the schema, and the accounts.</summary>
internal sealed class Opening(Database database, SetUp setUp, PublicAddress address) : IHostedService
{
    /// <summary>The one-time link that creates the first admin; null once there is one.</summary>
    public Uri? SetUpLink { get; private set; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await database.MigrateAsync(cancellationToken);
        SetUpLink = await setUp.StartAsync(address, cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
