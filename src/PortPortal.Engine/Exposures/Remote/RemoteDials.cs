using System.Net;
using System.Net.Sockets;
using PortPortal.Engine.Nodes;
using PortPortal.Engine.Sessions;

namespace PortPortal.Engine.Exposures.Remote;

/// <summary>Connects the edge to ports of sessions on other machines, by whichever way leads there now.</summary>
internal sealed class RemoteDials(NodeFeed nodes, NodeWants wants, NodeLinks links)
{
    /// <summary>Null for a session of this machine, which is dialled as it is.</summary>
    public Func<CancellationToken, ValueTask<Socket>>? DialerOf(ExposureStatus exposure) =>
        exposure.NodeId == LocalNode.Id ? null : cancellationToken => DialAsync(exposure.NodeId, exposure.Id, cancellationToken);

    /// <exception cref="SocketException">The node is gone, or reaches nothing at that port.</exception>
    private async ValueTask<Socket> DialAsync(string nodeId, string exposureId, CancellationToken cancellationToken)
    {
        if (nodes.Find(nodeId) is not { Way: not NodeWay.None } node)
        {
            throw new SocketException((int)SocketError.HostUnreachable);
        }

        // The node says when its rule is in force; until then, and where it has none, the stream leads there too.
        var isApplied = links.ReportsOf(nodeId) is not { } reports || reports.GetValueOrDefault(exposureId) is { Fault: null };
        return node.Way == NodeWay.WireGuard && isApplied && wants.PortOf(nodeId, exposureId) is { } port
            ? await ConnectAsync(new(node.TunnelAddress, port.PublicPort), cancellationToken)
            : await links.OpenAsync(nodeId, exposureId, cancellationToken);
    }

    private static async Task<Socket> ConnectAsync(IPEndPoint endpoint, CancellationToken cancellationToken)
    {
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endpoint, cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
