using System.Net;
using PortPortal.Engine.Common;
using PortPortal.Engine.Forwarding;
using PortPortal.Engine.Sessions;

namespace PortPortal.Engine.Exposures.PortForwards;

/// <summary>Puts what the feed wants on this machine in force, and writes into the feed what became of each forward.</summary>
internal sealed class PortForwardEnforcement(PortForwardFeed feed, IPortForwarder forwarder, SessionAddressPolicy addresses, OwnListeners own)
{
    // What the last pass or step left, by id; touched by the reconciler's loop alone.
    private Dictionary<string, PortForwardStatus> _asked = [];
    private HashSet<string> _inForce = [];

    /// <summary>Makes everything as the feed wants it.</summary>
    public async Task<EnforcementResult> ApplyAsync(CancellationToken cancellationToken)
    {
        // 1 the whole picture, without what would lead back into PortPortal or where no session may be
        var here = feed.Items.Values.Where(forward => forward.NodeId == LocalNode.Id).ToList();
        var wanted = here.Where(forward => forward.IsWanted).ToDictionary(forward => forward.Id, StringComparer.Ordinal);
        Hold(wanted.Values.Where(forward => !_asked.ContainsKey(forward.Id)), _asked.Values.Where(forward => !wanted.ContainsKey(forward.Id)));
        _asked = wanted;
        var refused = Refused(wanted.Values);
        var plan = new ForwardPlan(wanted.Values.Where(forward => !refused.ContainsKey(forward.Id)).Select(forward => forward.Plan()));

        // 2 in force
        var report = await forwarder.ApplyAsync(plan, cancellationToken);

        // 3 what became of it
        var outcomes = Outcomes(wanted.Values, report, refused);
        _inForce = outcomes.Where(pair => pair.Value.Applied).Select(pair => pair.Key).ToHashSet(StringComparer.Ordinal);
        Tell(outcomes);
        if (report.Fault is null)
        {
            feed.Remove(here.Where(forward => forward.State == ExposureState.Closing).Select(forward => forward.Id));
        }

        return new(report, wanted.Count, _inForce.Count);
    }

    /// <summary>Makes some forwards as the feed wants them, while the last pass or step succeeded; null where everything is to be applied anew.</summary>
    public async Task<EnforcementResult?> ChangeAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        // 1 what is wanted of those, and what was
        var here = ids.Select(feed.Find).OfType<PortForwardStatus>().Where(forward => forward.NodeId == LocalNode.Id).ToList();
        if (here.Exists(forward => forward.State == ExposureState.Closed))
        {
            return null; // its session has ended, which the database is to hear first
        }

        var wanted = here.Where(forward => forward.IsWanted).ToDictionary(forward => forward.Id, StringComparer.Ordinal);
        var gone = ids.Where(id => !wanted.ContainsKey(id)).Select(id => _asked.GetValueOrDefault(id)).OfType<PortForwardStatus>().ToList();
        Hold(wanted.Values.Where(forward => !_asked.ContainsKey(forward.Id)), gone);
        var refused = Refused(wanted.Values);

        // 2 in force
        var opened = new ForwardPlan(wanted.Values.Where(forward => !refused.ContainsKey(forward.Id)).Select(forward => forward.Plan()));
        var closed = gone.Concat(wanted.Values.Where(forward => refused.ContainsKey(forward.Id))).Select(forward => forward.Mark).ToList();
        gone.ForEach(forward => _asked.Remove(forward.Id));
        foreach (var forward in wanted.Values)
        {
            _asked[forward.Id] = forward;
        }

        if (await forwarder.ChangeAsync(new(opened, closed), cancellationToken) is not { } report)
        {
            return null;
        }

        // 3 what became of it
        var outcomes = Outcomes(wanted.Values, report, refused);
        _inForce.ExceptWith(ids);
        _inForce.UnionWith(outcomes.Where(pair => pair.Value.Applied).Select(pair => pair.Key));
        Tell(outcomes);
        feed.Remove(here.Where(forward => forward.State == ExposureState.Closing).Select(forward => forward.Id));
        return new(report, _asked.Count, _inForce.Count);
    }

    private Dictionary<string, ForwardOutcome> Refused(IEnumerable<PortForwardStatus> wanted) => wanted
        .Select(forward => (forward.Id, forward.Mark, Refusal: addresses.CheckDial(forward.Target, isAdmin: true)))
        .Where(judged => judged.Refusal is not null)
        .ToDictionary(judged => judged.Id, judged => new ForwardOutcome(judged.Mark, ForwardFault.Invalid, judged.Refusal!.Detail), StringComparer.Ordinal);

    private static Dictionary<string, ForwardOutcome> Outcomes(IEnumerable<PortForwardStatus> asked, ForwardReport report, Dictionary<string, ForwardOutcome> refused)
    {
        var outcomes = report.Items.ToDictionary(item => item.Mark);
        return asked
            .Select(forward => (forward.Id, Outcome: refused.GetValueOrDefault(forward.Id) ?? outcomes.GetValueOrDefault(forward.Mark)))
            .Where(told => told.Outcome is not null)
            .ToDictionary(told => told.Id, told => told.Outcome!, StringComparer.Ordinal);
    }

    /// <summary>A forward that was changed meanwhile waits for the next pass or step.</summary>
    private void Tell(Dictionary<string, ForwardOutcome> outcomes) => feed.Update(
        outcomes.Keys,
        forward => forward.IsWanted && forward.IsSameRuleAs(_asked[forward.Id]) ? forward.After(outcomes[forward.Id]) : forward);

    /// <summary>Public ports are PortPortal's own: nobody's session leads into them, and they are no ports that this machine offers.</summary>
    private void Hold(IEnumerable<PortForwardStatus> opened, IEnumerable<PortForwardStatus> closed) => own.Change(opened.Select(Everywhere), closed.Select(Everywhere));

    private static IPEndPoint Everywhere(PortForwardStatus forward) => new(IPAddress.IPv6Any, forward.PublicPort);
}

/// <summary>What a pass or a step came to.</summary>
/// <param name="Report">The forwarder's own words.</param>
/// <param name="Wanted">How many forwards there should be.</param>
/// <param name="InForce">How many there are.</param>
internal sealed record EnforcementResult(ForwardReport Report, int Wanted, int InForce);
