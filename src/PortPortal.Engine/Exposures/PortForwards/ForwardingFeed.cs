using PortPortal.Engine.Common;

namespace PortPortal.Engine.Exposures.PortForwards;

/// <summary>How forwarding stands on each node, live.</summary>
public sealed class ForwardingFeed(TimeProvider time) : LiveFeed<ForwardingStatus>(status => status.NodeId, time);
