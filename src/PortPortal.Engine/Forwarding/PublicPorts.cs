using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace PortPortal.Engine.Forwarding;

/// <summary>The range public ports come from: below Linux' ephemeral ports, above what services listen on.</summary>
public static class PublicPorts
{
    public const int First = 20000;
    public const int Last = 32767;

    private const int SolSocket = 1;
    private const int SoBindToDevice = 25;
    private const int Backlog = 512;

    public static bool Contains(int port) => port is >= First and <= Last;

    /// <summary>Draws a port at random that is not <paramref name="taken"/> and that no process of this machine listens on; null when there is none.</summary>
    /// <remarks>A free port can be lost again before it is applied: <see cref="ForwardFault.PortInUse"/> then asks for another one.</remarks>
    public static int? TryFindFree(IReadOnlySet<int> taken) => TryFindFree(taken, CanListen);

    internal static int? TryFindFree(IReadOnlySet<int> taken, Func<int, bool> isFree)
    {
        var candidates = Enumerable.Range(First, Last - First + 1).Where(port => !taken.Contains(port)).ToArray();
        RandomNumberGenerator.Shuffle(candidates.AsSpan());
        foreach (var port in candidates)
        {
            if (isFree(port))
            {
                return port;
            }
        }

        return null;
    }

    /// <summary>True where a port could be had on every address of both families.</summary>
    public static bool CanListen(int port)
    {
        try
        {
            Listen(port, device: null).Dispose();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Takes the port on every address of both families with one socket, on one network device or on all.</summary>
    internal static Socket Listen(int port, string? device)
    {
        var socket = Socket.OSSupportsIPv6
            ? new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { DualMode = true }
            : new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (device is not null)
            {
                socket.SetRawSocketOption(SolSocket, SoBindToDevice, Encoding.ASCII.GetBytes(device + '\0'));
            }

            socket.Bind(new IPEndPoint(socket.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, port));
            socket.Listen(Backlog);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
