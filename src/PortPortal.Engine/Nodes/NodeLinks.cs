using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using PortPortal.Engine.Common;
using PortPortal.Engine.Nodes.Protocol;

namespace PortPortal.Engine.Nodes;

/// <summary>The streams of all nodes that are here now: one for each node, the newest.</summary>
internal sealed partial class NodeLinks : IDisposable
{
    private const int MostStrangers = 64;

    private readonly NodeFeed _feed;
    private readonly NodeService _nodes;
    private readonly NodeWants _wants;
    private readonly PublicAddress _address;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<string, NodeLink> _links = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _strangers = new(MostStrangers);

    public NodeLinks(NodeFeed feed, NodeService nodes, NodeWants wants, PublicAddress address, TimeProvider time, ILogger<NodeLinks> logger)
    {
        (_feed, _nodes, _wants, _address, _time, _logger) = (feed, nodes, wants, address, time, logger);
        wants.Changed += Wake;
        nodes.Changed += DropRemoved;
    }

    /// <summary>Raised with the node's id after each of its reports.</summary>
    public event Action<string>? Reported;

    /// <summary>Raised with the node's id when its stream comes or goes.</summary>
    public event Action<string>? Turned;

    /// <summary>Serves one connection until it ends; who does not prove itself soon is put out.</summary>
    public async Task ServeAsync(Stream transport, string? from, CancellationToken cancellationToken)
    {
        if (!await _strangers.WaitAsync(TimeSpan.Zero, cancellationToken))
        {
            return;
        }

        var isStranger = 1;
        void Admitted()
        {
            if (Interlocked.Exchange(ref isStranger, 0) == 1)
            {
                _strangers.Release();
            }
        }

        await using var link = new NodeLink(transport, from, _nodes, _wants, _address, _time)
        {
            Proved = async (proved, hello) =>
            {
                Admitted();
                await TakeOverAsync(proved, hello);
            },
            IsTunnelOpen = id => _feed.Find(id) is { TunnelUp: true },
            Reported = (reporting, report) => Take(reporting.NodeId!, report),
        };
        try
        {
            if (await link.RunAsync(cancellationToken) is { } blame)
            {
                Log.Broke(_logger, link.NodeId ?? "A machine", blame);
                if (link.NodeId is { } id)
                {
                    _nodes.Refused(id, from, $"The stream of {_feed.Find(id)?.Name ?? id} was cut: {blame}.");
                }
            }
        }
        finally
        {
            Admitted();
            if (link.NodeId is { } id && _links.TryRemove(KeyValuePair.Create(id, link)))
            {
                Turned?.Invoke(id);
            }
        }
    }

    /// <summary>How long a node has said nothing on its stream; null where it has none.</summary>
    public TimeSpan? SilenceOf(string nodeId) => _links.GetValueOrDefault(nodeId)?.Silence;

    /// <summary>What has gone through the stream that the node has now.</summary>
    public (long Received, long Sent) TrafficOf(string nodeId) => _links.GetValueOrDefault(nodeId)?.Traffic ?? default;

    public ImmutableDictionary<string, PortReport>? ReportsOf(string nodeId) => _links.GetValueOrDefault(nodeId)?.Reports;

    /// <summary>The desired state that the node spoke about last; null where it has not spoken.</summary>
    public long? RevisionOf(string nodeId) => _links.GetValueOrDefault(nodeId)?.Revision;

    /// <summary>What the node understands; null where it is not here.</summary>
    public int? ProtocolOf(string nodeId) => _links.GetValueOrDefault(nodeId)?.Protocol;

    /// <exception cref="SocketException">The node is not here, or does not reach the port.</exception>
    public Task<Socket> OpenAsync(string nodeId, string portId, CancellationToken cancellationToken) => _links.TryGetValue(nodeId, out var link)
        ? link.OpenAsync(portId, cancellationToken)
        : throw new SocketException((int)SocketError.HostUnreachable);

    /// <returns>False where the node is not here.</returns>
    public async Task<bool> AdmitAsync(string nodeId, uint mark, IPAddress visitor, TimeSpan duration, CancellationToken cancellationToken)
    {
        if (!_links.TryGetValue(nodeId, out var link))
        {
            return false;
        }

        await link.AdmitAsync(new(mark, visitor.ToString(), duration.TotalSeconds), cancellationToken);
        return true;
    }

    /// <summary>Puts out a node that has been silent for so long that nothing will come any more.</summary>
    public void Drop(string nodeId)
    {
        if (_links.TryGetValue(nodeId, out var link))
        {
            _ = link.DisposeAsync().AsTask();
        }
    }

    public void Dispose()
    {
        _wants.Changed -= Wake;
        _nodes.Changed -= DropRemoved;
        _strangers.Dispose();
    }

    private async Task TakeOverAsync(NodeLink link, Hello hello)
    {
        NodeLink? old = null;
        _links.AddOrUpdate(hello.Node, link, (_, before) =>
        {
            old = before;
            return link;
        });
        if (old is not null)
        {
            await old.DismissAsync("Another connection of this node took its place.", forever: false);
        }

        _feed.Update(hello.Node, node => node with { Version = hello.Version });
        Log.Here(_logger, hello.Node);
        Turned?.Invoke(hello.Node);
    }

    private void Take(string nodeId, Report report)
    {
        _feed.Update(nodeId, node => node with { Forwarding = report.Forwarding, Device = report.TunnelDevice, TunnelFault = report.TunnelFault, Mended = report.Mended, ReportedAt = _time.GetUtcNow() });
        Reported?.Invoke(nodeId);
    }

    private void Wake(string nodeId) => _links.GetValueOrDefault(nodeId)?.Wake();

    private void DropRemoved(string nodeId)
    {
        if (_nodes.KeysOf(nodeId) is null && _links.TryGetValue(nodeId, out var link))
        {
            _ = link.DismissAsync("This node was removed from the portal.", forever: true);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Node {Node} is here.")]
        public static partial void Here(ILogger logger, string node);

        [LoggerMessage(LogLevel.Warning, "{Node} was cut off: {Reason}.")]
        public static partial void Broke(ILogger logger, string node, string reason);
    }
}
