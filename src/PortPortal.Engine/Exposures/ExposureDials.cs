using System.Net;
using PortPortal.Engine.Sessions;

namespace PortPortal.Engine.Exposures;

/// <summary>Asked before every connection to an app: an address that was fine when the port was exposed may be forbidden by now.</summary>
internal sealed class ExposureDials(SessionAddressPolicy addresses)
{
    /// <remarks>Loopback was judged when the session was registered, where only admins may name it.</remarks>
    public bool Permits(IPEndPoint target) => addresses.CheckDial(target, isAdmin: true) is null;
}
