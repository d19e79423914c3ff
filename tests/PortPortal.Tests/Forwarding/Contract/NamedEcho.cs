using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PortPortal.Tests.Forwarding.Contract;

/// <summary>An app that says its name, then sends back what it gets, and notes who came.</summary>
public sealed class NamedEcho : IDisposable
{
    private readonly Socket _listener;
    private readonly byte[] _name;
    private readonly List<IPAddress> _visitors = []; // under itself

    /// <param name="listener">Listening already.</param>
    public NamedEcho(Socket listener, string name)
    {
        (_listener, _name) = (listener, Encoding.ASCII.GetBytes(name + '\n'));
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public IReadOnlyList<IPAddress> Visitors
    {
        get
        {
            lock (_visitors)
            {
                return [.. _visitors];
            }
        }
    }

    public static Socket Listen(IPEndPoint at)
    {
        var listener = new Socket(at.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(at);
        listener.Listen(100);
        return listener;
    }

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = EchoAsync(await _listener.AcceptAsync());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task EchoAsync(Socket visitor)
    {
        try
        {
            lock (_visitors)
            {
                _visitors.Add(((IPEndPoint)visitor.RemoteEndPoint!).Address);
            }

            await visitor.SendAsync(_name);
            var buffer = new byte[64 * 1024];
            while (await visitor.ReceiveAsync(buffer) is > 0 and var read)
            {
                await visitor.SendAsync(buffer.AsMemory(0, read));
            }
        }
        catch (SocketException)
        {
            // The visitor was cut off.
        }
        finally
        {
            visitor.Dispose();
        }
    }
}
