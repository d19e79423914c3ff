using System.Net;
using PortPortal.Engine.Common;
using PortPortal.Engine.Forwarding;
using PortPortal.Engine.Sessions;

namespace PortPortal.Engine.Exposures.PortForwards;

/// <summary>Puts what the feed wants on this machine in force, and writes into the feed what became of each forward.</summary>
internal sealed class PortForwardEnforcement(PortForwardFeed feed, IPortForwarder forwarder, SessionAddressPolicy addresses, OwnListeners own)
{
    private HashSet<int> _held = []; // touched by the reconciler's loop alone

    public async Task<EnforcementResult> ApplyAsync(CancellationToken cancellationToken)
    {
        // 1 the whole picture, without what would lead back into PortPortal or where no session may be
        var here = feed.Items.Values.Where(forward => forward.NodeId == LocalNode.Id).ToList();
        var wanted = here.Where(forward => forward.IsWanted).ToList();
        Hold([.. wanted.Select(forward => forward.PublicPort)]);
        var refused = wanted.Select(forward => (forward.Mark, Refusal: addresses.CheckDial(forward.Target, isAdmin: true)))
            .Where(judged => judged.Refusal is not null)
            .ToDictionary(judged => judged.Mark, judged => judged.Refusal!.Detail);
        var plan = new ForwardPlan(wanted.Where(forward => !refused.ContainsKey(forward.Mark)).Select(forward => forward.Plan()));

        // 2 in force
        var report = await forwarder.ApplyAsync(plan, cancellationToken);

        // 3 what became of it; a forward that was changed meanwhile waits for the next pass
        var outcomes = report.Items.Concat(refused.Select(pair => new ForwardOutcome(pair.Key, ForwardFault.Invalid, pair.Value))).ToDictionary(item => item.Mark);
        var targets = wanted.ToDictionary(forward => forward.Id, forward => forward.Target, StringComparer.Ordinal);
        feed.UpdateWhere(
            forward => forward.IsWanted && targets.TryGetValue(forward.Id, out var target) && target.Equals(forward.Target) && outcomes.ContainsKey(forward.Mark),
            forward => forward.After(outcomes[forward.Mark]));
        if (report.Fault is null)
        {
            feed.Remove(here.Where(forward => forward.State == ExposureState.Closing).Select(forward => forward.Id));
        }

        return new(report, wanted.Count, report.Items.Count(item => item.Applied));
    }

    /// <summary>Public ports are PortPortal's own: nobody's session leads into them, and they are no ports that this machine offers.</summary>
    private void Hold(HashSet<int> ports)
    {
        own.Change(ports.Where(port => !_held.Contains(port)).Select(Everywhere), _held.Where(port => !ports.Contains(port)).Select(Everywhere));
        _held = ports;
    }

    private static IPEndPoint Everywhere(int port) => new(IPAddress.IPv6Any, port);
}

/// <summary>What a pass came to.</summary>
/// <param name="Report">The forwarder's own words.</param>
/// <param name="Wanted">How many forwards there should be.</param>
/// <param name="InForce">How many there are.</param>
internal sealed record EnforcementResult(ForwardReport Report, int Wanted, int InForce);
