using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging;
using PortPortal.Engine.Common;
using PortPortal.Engine.Forwarding;
using PortPortal.Engine.Nodes.Protocol;
using PortPortal.Engine.Sessions.Listeners;

namespace PortPortal.Engine.Agent;

/// <summary>Looks at the ports of this node's sessions: whether something listens, and what went through.</summary>
internal sealed class AgentPorts(PortProbe probe, IPortForwarder forwarder, TimeProvider time, ILogger<AgentPorts> logger) : PeriodicService(Interval, time, logger)
{
    private const int AtOnce = 16;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);
    private volatile IReadOnlyList<DesiredPort> _watched = [];
    private readonly ConcurrentDictionary<string, bool> _listening = new(StringComparer.Ordinal);
    private volatile IReadOnlyDictionary<uint, ForwardTraffic> _traffic = new Dictionary<uint, ForwardTraffic>();

    public void Watch(IReadOnlyList<DesiredPort> ports)
    {
        _watched = ports;
        var ids = ports.Select(port => port.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var gone in _listening.Keys.Where(id => !ids.Contains(id)))
        {
            _listening.TryRemove(gone, out _);
        }
    }

    /// <summary>The report with what was seen since.</summary>
    public Report Complete(Report report)
    {
        var marks = _watched.ToDictionary(port => port.Id, port => port.Mark, StringComparer.Ordinal);
        return report with { Ports = [.. report.Ports.Select(port => Complete(port, marks))] };
    }

    protected override async Task RoundAsync(CancellationToken cancellationToken)
    {
        await Parallel.ForEachAsync(_watched.Where(port => port.EdgeOnly), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, KnockAsync);
        _traffic = (await forwarder.ReadTrafficAsync(cancellationToken)).ToDictionary(traffic => traffic.Mark);
    }

    private async ValueTask KnockAsync(DesiredPort port, CancellationToken cancellationToken)
    {
        if (IPEndPoint.TryParse(port.Target, out var target))
        {
            _listening[port.Id] = await probe.KnockAsync(target, PortProbe.DefaultPatience, cancellationToken) == PortAnswer.Listening;
        }
    }

    private PortReport Complete(PortReport port, Dictionary<string, uint> marks)
    {
        var traffic = marks.TryGetValue(port.Id, out var mark) ? _traffic.GetValueOrDefault(mark) : null;
        return port with
        {
            Listening = _listening.TryGetValue(port.Id, out var isListening) ? isListening : null,
            BytesIn = traffic?.BytesIn ?? 0,
            BytesOut = traffic?.BytesOut ?? 0,
            Connections = traffic?.Connections ?? 0,
        };
    }
}
