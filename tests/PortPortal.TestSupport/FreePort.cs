using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace PortPortal.TestSupport;

/// <summary>A TCP port that nobody held a moment ago; for programs that cannot bind port 0 and say what they got.</summary>
/// <remarks>Below the kernel's ephemeral range, so that no outgoing connection takes it in the meantime.</remarks>
public static class FreePort
{
    public static int Next()
    {
        while (true)
        {
            var port = RandomNumberGenerator.GetInt32(10_000, 20_000);
            using var listener = new TcpListener(IPAddress.IPv6Any, port) { Server = { DualMode = true } };
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken: the next one.
            }
        }
    }
}
