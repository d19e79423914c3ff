using System.Net;
using System.Net.Sockets;

namespace PortPortal.TestSupport;

/// <summary>A TCP port that nobody held a moment ago; for programs that cannot bind port 0 and say what they got.</summary>
public static class FreePort
{
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.IPv6Any, 0) { Server = { DualMode = true } };
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
