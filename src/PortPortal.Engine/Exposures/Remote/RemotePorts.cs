using System.Net;
using Microsoft.Extensions.Hosting;
using PortPortal.Engine.Common;
using PortPortal.Engine.Exposures.PortForwards;
using PortPortal.Engine.Forwarding;
using PortPortal.Engine.Nodes;
using PortPortal.Engine.Nodes.Protocol;
using PortPortal.Engine.Sessions;

namespace PortPortal.Engine.Exposures.Remote;

/// <summary>Tells every node which ports its sessions shall have: the exposures, for the edge alone, and the port forwards, for the world.</summary>
/// <remarks>
/// The numbers of exposures are this process's own affair: after a restart they are drawn anew, because no connection of the edge's
/// outlives it. Forwards keep theirs from the database, and an exposure makes room where a new forward wants its number.
/// </remarks>
internal sealed class RemotePorts(NodeFeed nodes, ExposureFeed exposures, PortForwardFeed forwards, NodeWants wants, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);
    private readonly WakeUp _wakeUp = new(time);
    private readonly Dictionary<string, (string NodeId, int Port, uint Mark)> _numbers = []; // touched by the loop alone

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        exposures.Publishing += WakeFor;
        forwards.Publishing += WakeFor;
        nodes.Publishing += WakeFor;
        return base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        exposures.Publishing -= WakeFor;
        forwards.Publishing -= WakeFor;
        nodes.Publishing -= WakeFor;
        await base.StopAsync(cancellationToken);
    }

    public override void Dispose()
    {
        base.Dispose();
        _wakeUp.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            Tell();
            await _wakeUp.WaitAsync(Interval, stoppingToken);
        }
    }

    private void WakeFor(FeedBatch<ExposureStatus> batch)
    {
        if (!batch.Removals.IsEmpty || batch.Upserts.Any(exposure => exposure.NodeId != LocalNode.Id))
        {
            _wakeUp.Call();
        }
    }

    private void WakeFor(FeedBatch<PortForwardStatus> batch)
    {
        if (!batch.Removals.IsEmpty || batch.Upserts.Any(forward => forward.NodeId != LocalNode.Id))
        {
            _wakeUp.Call();
        }
    }

    private void WakeFor(FeedBatch<NodeStatus> batch)
    {
        if (!batch.Removals.IsEmpty || batch.Upserts.Any(node => wants.Of(node.Id).Revision == 0))
        {
            _wakeUp.Call();
        }
    }

    private void Tell()
    {
        var open = exposures.Items.Values.Where(exposure => exposure.NodeId != LocalNode.Id && exposure.State == ExposureState.Active).ToLookup(exposure => exposure.NodeId);
        var forwarded = forwards.Items.Values.Where(forward => forward.NodeId != LocalNode.Id && forward.IsWanted).ToLookup(forward => forward.NodeId);
        foreach (var stale in _numbers.Keys.Where(id => exposures.Find(id) is null).ToList())
        {
            _numbers.Remove(stale);
        }

        foreach (var node in nodes.Items.Keys)
        {
            wants.Want(node, [.. Ports(node, [.. open[node]], [.. forwarded[node]]).OrderBy(port => port.Id, StringComparer.Ordinal)]);
        }
    }

    private IEnumerable<DesiredPort> Ports(string node, IReadOnlyList<ExposureStatus> open, IReadOnlyList<PortForwardStatus> forwarded)
    {
        var ports = forwarded.Select(forward => forward.PublicPort).ToHashSet();
        var marks = forwarded.Select(forward => forward.Mark).ToHashSet();
        foreach (var planned in forwarded)
        {
            var plan = planned.Plan();
            yield return new()
            {
                Id = planned.Id,
                Mark = plan.Mark,
                PublicPort = plan.PublicPort,
                Target = plan.Target.ToString(),
                EdgeOnly = false,
                Sources = string.Join(',', plan.Sources.Select(network => network.ToString())),
                Knock = plan.KnockRequired,
            };
        }

        foreach (var exposure in open)
        {
            if (_numbers.TryGetValue(exposure.Id, out var known) && (ports.Contains(known.Port) || marks.Contains(known.Mark)))
            {
                _numbers.Remove(exposure.Id);
            }
        }

        ports.UnionWith(_numbers.Values.Where(numbers => numbers.NodeId == node).Select(numbers => numbers.Port));
        marks.UnionWith(_numbers.Values.Where(numbers => numbers.NodeId == node).Select(numbers => numbers.Mark));
        foreach (var exposure in open)
        {
            if (!_numbers.TryGetValue(exposure.Id, out var numbers))
            {
                if (FirstFree(ports) is not { } port)
                {
                    continue; // every public port of the node is taken: the stream carries the rest
                }

                numbers = _numbers[exposure.Id] = (node, port, MarkBeside(marks));
            }

            yield return new() { Id = exposure.Id, Mark = numbers.Mark, PublicPort = numbers.Port, Target = exposure.Target.ToString(), EdgeOnly = true };
        }
    }

    private static int? FirstFree(HashSet<int> taken)
    {
        for (var port = PublicPorts.Last; port >= PublicPorts.First; port--)
        {
            if (taken.Add(port))
            {
                return port;
            }
        }

        return null;
    }

    private static uint MarkBeside(HashSet<uint> taken)
    {
        var mark = PlannedForward.MaxMark;
        while (!taken.Add(mark))
        {
            mark--;
        }

        return mark;
    }
}
