using System.Globalization;
using Microsoft.Extensions.Options;
using PortPortal.Engine.Common;
using PortPortal.Engine.Forwarding;

namespace PortPortal.Engine.Exposures.PortForwards;

/// <summary>The name under which the world reaches this machine's public ports; configured, never taken from a bind address.</summary>
internal sealed class PortForwardHost(IOptions<ForwardingOptions> options, PublicAddress address)
{
    /// <summary>The base domain leads to the edge, which is this machine unless the setting says more.</summary>
    public string Name => options.Value.PublicHost is { Length: > 0 } given ? given : address.BaseDomain;

    public string Endpoint(PortForward forward) => string.Create(CultureInfo.InvariantCulture, $"{Name}:{forward.PublicPort}");
}
