using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.Hosting;
using PortPortal.Engine.Common;
using PortPortal.Engine.Exposures.PortForwards;
using PortPortal.Engine.Forwarding;
using PortPortal.Engine.Nodes;
using PortPortal.Engine.Nodes.Protocol;
using PortPortal.Engine.Sessions;

namespace PortPortal.Engine.Exposures.Remote;

/// <summary>Carries what becomes of a node into its sessions, and what a node sees of them.</summary>
internal sealed class RemoteSessions(NodeFeed nodes, NodeLinks links, SessionFeed sessions, ExposureFeed exposures, PortForwardFeed forwards, NodeWants wants) : IHostedService
{
    private readonly ConcurrentDictionary<string, (NodeState State, DateTimeOffset Since, NodeWay Way)> _carried = new(StringComparer.Ordinal);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        nodes.Publishing += Carry;
        links.Reported += CarryReports;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        nodes.Publishing -= Carry;
        links.Reported -= CarryReports;
        return Task.CompletedTask;
    }

    /// <summary>The feed completes each session by its node, so publishing it again is enough; a node's counters, which change all the time, are nothing to its sessions.</summary>
    private void Carry(FeedBatch<NodeStatus> batch)
    {
        var touched = batch.Upserts.Where(IsNews).Select(node => node.Id).Concat(batch.Removals).ToHashSet(StringComparer.Ordinal);
        foreach (var gone in batch.Removals)
        {
            _carried.TryRemove(gone, out _);
        }

        if (touched.Count > 0)
        {
            sessions.UpdateWhere(session => touched.Contains(session.NodeId), session => session);
        }
    }

    private bool IsNews(NodeStatus node)
    {
        var now = (node.State, node.StateSince, node.Way);
        var isNews = !_carried.TryGetValue(node.Id, out var before) || before != now;
        _carried[node.Id] = now;
        return isNews;
    }

    private void CarryReports(string nodeId)
    {
        if (links.ReportsOf(nodeId) is not { } reports)
        {
            return;
        }

        CarryListeners(nodeId, reports);
        CarryForwards(nodeId, reports);
    }

    /// <summary>What a node was told to close is gone when it speaks of a state without it.</summary>
    private void CarryForwards(string nodeId, ImmutableDictionary<string, PortReport> reports)
    {
        forwards.UpdateWhere(forward => forward.NodeId == nodeId && forward.IsWanted && reports.ContainsKey(forward.Id), forward => After(forward, reports[forward.Id]));
        if (links.RevisionOf(nodeId) == wants.Of(nodeId).Revision)
        {
            var wanted = wants.Of(nodeId).Ports.Select(port => port.Id).ToHashSet(StringComparer.Ordinal);
            forwards.Remove(forwards.Items.Values.Where(forward => forward.NodeId == nodeId && forward.State == ExposureState.Closing && !wanted.Contains(forward.Id)).Select(forward => forward.Id));
        }
    }

    private static PortForwardStatus After(PortForwardStatus forward, PortReport report)
    {
        var path = report.ByKernel ? ForwardPath.Kernel : ForwardPath.Relay;
        var outcome = new ForwardOutcome(forward.Mark, report.Fault is null ? ForwardFault.None : ForwardFault.Refused, report.Fault) { Path = path };
        return forward.After(outcome) with { Traffic = new(report.BytesIn, report.BytesOut, report.Connections) };
    }

    private void CarryListeners(string nodeId, ImmutableDictionary<string, PortReport> reports)
    {
        foreach (var ofSession in exposures.Items.Values.Where(exposure => exposure.NodeId == nodeId).GroupBy(exposure => exposure.SessionId))
        {
            var known = ofSession.Where(exposure => reports.GetValueOrDefault(exposure.Id)?.Listening is not null).ToList();
            if (known.Count > 0)
            {
                var listening = known.Where(exposure => reports[exposure.Id].Listening == true).OrderBy(exposure => exposure.Port).Select(ToListeningPort).ToValueList();
                sessions.Update(ofSession.Key, session => session with { Listening = listening });
            }
        }
    }

    private static ListeningPort ToListeningPort(ExposureStatus exposure) => new() { Port = exposure.Port, DialAddress = exposure.Target.Address };
}
