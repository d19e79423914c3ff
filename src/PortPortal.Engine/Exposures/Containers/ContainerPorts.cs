using System.Net;
using PortPortal.Engine.Common;
using PortPortal.Engine.Sessions;
using PortPortal.Engine.Sessions.Containers;
using PortPortal.Engine.Sessions.Listeners;

namespace PortPortal.Engine.Exposures.Containers;

/// <summary>What listens in a container, as sessions tell it.</summary>
internal static class ContainerPorts
{
    public static ValueList<ListeningPort> Of(ContainerListeners inside) => inside.Listeners.Select(listener => Of(listener, inside)).ToValueList();

    private static ListeningPort Of(DetectedListener listener, ContainerListeners inside)
    {
        var dial = inside.DialFor(listener);
        return new()
        {
            Port = listener.Port,
            DialAddress = dial?.Address ?? inside.Container.Address ?? IPAddress.None,
            DialPort = dial?.Port ?? listener.Port,
            OnlyInside = dial is null,
            Process = listener.Process?.Name,
            ProcessId = listener.Process?.Pid,
            Project = listener.Process?.Project,
            Guess = listener.Guess?.Name,
            Kind = listener.Kind,
            Hidden = listener.Hidden != HiddenReason.None,
        };
    }
}
