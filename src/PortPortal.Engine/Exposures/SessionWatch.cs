using Microsoft.Extensions.Hosting;
using PortPortal.Engine.Common;
using PortPortal.Engine.Sessions;

namespace PortPortal.Engine.Exposures;

/// <summary>Carries every change of a session (state, name, address, listeners) into its exposures, before the change is announced.</summary>
internal sealed class SessionWatch(SessionFeed sessions, ExposureFeed exposures, PublicAddress address) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        sessions.Publishing += Carry;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        sessions.Publishing -= Carry;
        return Task.CompletedTask;
    }

    private void Carry(FeedBatch<SessionStatus> batch)
    {
        foreach (var session in batch.Upserts)
        {
            exposures.UpdateWhere(exposure => exposure.SessionId == session.Id, exposure => exposure.In(session, address));
        }
    }
}
