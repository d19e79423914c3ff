using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace PortPortal.Tests.Sessions.Listeners;

/// <summary>A real listening socket of the test's own.</summary>
internal sealed class TestListener : IDisposable
{
    private readonly Socket _socket;

    private TestListener(Socket socket) => _socket = socket;

    public IPEndPoint EndPoint => (IPEndPoint)_socket.LocalEndPoint!;

    public int Port => EndPoint.Port;

    /// <param name="address">Any IP literal of this machine; <c>::</c> takes IPv6 only unless <paramref name="dualStack"/>.</param>
    /// <param name="port">0 for one that is free.</param>
    /// <param name="dualStack">Take IPv4 as well.</param>
    /// <param name="backlog">How many connections may wait.</param>
    public static TestListener On(string address, int port = 0, bool dualStack = false, int backlog = 16)
    {
        var ip = IPAddress.Parse(address);
        var socket = new Socket(ip.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        if (ip.AddressFamily == AddressFamily.InterNetworkV6)
        {
            socket.DualMode = dualStack;
        }

        socket.Bind(new IPEndPoint(ip, port));
        socket.Listen(backlog);
        return new(socket);
    }

    /// <summary>The number the kernel gave the socket, asked by another way than the product's.</summary>
    public uint Inode()
    {
        var link = new FileInfo($"/proc/self/fd/{_socket.Handle}").LinkTarget!; // socket:[12345]
        return uint.Parse(link[(link.IndexOf('[', StringComparison.Ordinal) + 1)..^1], CultureInfo.InvariantCulture);
    }

    public Task<Socket> AcceptAsync() => _socket.AcceptAsync().WaitAsync(TimeSpan.FromSeconds(5));

    public void Dispose() => _socket.Dispose();
}
