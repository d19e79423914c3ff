using Microsoft.Extensions.Hosting;
using PortPortal.Engine.Common;
using PortPortal.Engine.Sessions;

namespace PortPortal.Engine.Exposures.PortForwards;

/// <summary>Carries every change of a session (state, name, owner, address) into its forwards, and has the kernel follow.</summary>
internal sealed class PortForwardSessions(SessionFeed sessions, PortForwardFeed forwards, PortForwardReconciler reconciler) : IHostedService
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
            var changed = forwards.Of(session.Id).Where(forward => forward.In(session) != forward).Select(forward => forward.Id).ToList();
            if (changed.Count > 0)
            {
                forwards.Update(changed, forward => forward.In(session));
                reconciler.Wake(changed);
            }
        }
    }
}
