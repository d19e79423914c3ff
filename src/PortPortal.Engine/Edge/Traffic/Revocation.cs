using Microsoft.Extensions.Hosting;
using PortPortal.Engine.Edge.Grants;
using PortPortal.Engine.Edge.Handover;
using PortPortal.Engine.Edge.Routes;
using PortPortal.Engine.Edge.Upstream;
using PortPortal.Engine.Revocations;
using PortPortal.Engine.Common;

namespace PortPortal.Engine.Edge.Traffic;

/// <summary>Makes every narrowing bite: what is open is judged again when a policy or an account changes, and connections to what is gone are closed.</summary>
internal sealed class Revocation(EdgeRouteTable routes, EdgeConnections connections, EdgeGate gate, IVisitorAccounts accounts, KeptOutFeed keptOut, UpstreamForwarder forwarder) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        routes.Changed += OnRouteChanged;
        accounts.Changed += RejudgeAll;
        keptOut.Publishing += OnKeptOut;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        routes.Changed -= OnRouteChanged;
        accounts.Changed -= RejudgeAll;
        keptOut.Publishing -= OnKeptOut;
        return Task.CompletedTask;
    }

    /// <summary>Judges everyone again; also what time alone takes away, such as grants that have run out.</summary>
    public void RejudgeAll()
    {
        foreach (var book in connections.Books)
        {
            Rejudge(book.ExposureId);
        }
    }

    private void OnKeptOut(FeedBatch<KeptOut> batch)
    {
        foreach (var exposureId in batch.Upserts.Select(person => person.ExposureId).Distinct(StringComparer.Ordinal))
        {
            Rejudge(exposureId);
        }
    }

    /// <summary>Judges everyone at one exposure again.</summary>
    public void Rejudge(string exposureId) =>
        connections.Rejudge(exposureId, visit => routes.Find(exposureId) is { } route && gate.MayStay(route.Policy, visit));

    private void OnRouteChanged(EdgeRoute old, EdgeRoute? changed)
    {
        if (changed is null || changed.Upstream.Key != old.Upstream.Key)
        {
            forwarder.Evict(old.Upstream.Key);
        }

        if (changed is null)
        {
            connections.Rejudge(old.Exposure.Id, _ => false);
        }
        else if (!changed.Policy.Equals(old.Policy))
        {
            connections.Rejudge(old.Exposure.Id, visit => gate.MayStay(changed.Policy, visit));
        }
    }
}
