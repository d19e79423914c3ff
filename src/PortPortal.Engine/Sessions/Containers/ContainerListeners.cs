using System.Net;
using System.Net.Sockets;
using PortPortal.Engine.Common;
using PortPortal.Engine.Sessions.Listeners;

namespace PortPortal.Engine.Sessions.Containers;

/// <summary>What listens inside one container.</summary>
/// <param name="Container">As it was when its ports were looked at.</param>
/// <param name="Listeners">In the order of ports; none while it does not run.</param>
/// <param name="Problem">Why its ports cannot be seen, in words.</param>
internal sealed record ContainerListeners(ContainerSighting Container, ValueList<DetectedListener> Listeners, string? Problem = null)
{
    /// <summary>Where this machine reaches a listener; null for one that only programs in the same container reach.</summary>
    public IPEndPoint? DialFor(DetectedListener listener)
    {
        if (Container.Address is { } address && Accepts(listener.Address, address))
        {
            return new(address, listener.Port);
        }

        return Container.Published.FirstOrDefault(published => published.Port == listener.Port)?.Host;
    }

    private static bool Accepts(ListenerAddress listener, IPAddress address) =>
        listener.Bound.Contains(address)
        || (listener.Reach == ListenerReach.Any && (address.AddressFamily == AddressFamily.InterNetwork ? listener.TakesAllIpv4 : listener.TakesAllIpv6));
}
