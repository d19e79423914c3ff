using System.Globalization;
using Microsoft.Extensions.Options;
using PortPortal.Engine.Common;
using PortPortal.Engine.Forwarding;
using PortPortal.Engine.Nodes;
using PortPortal.Engine.Sessions;

namespace PortPortal.Engine.Exposures.PortForwards;

/// <summary>The names under which the world reaches the public ports of this machine and of others; configured, never taken from a bind address.</summary>
internal sealed class PortForwardHost(IOptions<ForwardingOptions> options, PublicAddress address, NodeFeed nodes)
{
    /// <summary>The base domain leads to the edge, which is this machine unless the setting says more.</summary>
    public string Name => options.Value.PublicHost is { Length: > 0 } given ? given : address.BaseDomain;

    /// <summary>A node that the world has no name for is named as its admin named it.</summary>
    public string NameOf(string nodeId) => nodeId == LocalNode.Id ? Name : nodes.Find(nodeId) is { } node ? node.Host ?? node.Name : nodeId;

    public string Endpoint(PortForward forward) => string.Create(CultureInfo.InvariantCulture, $"{NameOf(forward.NodeId)}:{forward.PublicPort}");
}
