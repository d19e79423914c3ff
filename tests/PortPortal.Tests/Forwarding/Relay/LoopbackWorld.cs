using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using PortPortal.Engine.Forwarding;
using PortPortal.Engine.Forwarding.Relay;
using PortPortal.Tests.Forwarding.Contract;

namespace PortPortal.Tests.Forwarding.Relay;

/// <summary>The relay with real sockets on loopback; 127/8 gives as many visitors as a test wants.</summary>
public sealed class LoopbackWorld : ForwarderWorld
{
    private readonly List<NamedEcho> _apps = [];
    private readonly HashSet<int> _drawn = [];

    public override IPortForwarder Forwarder { get; } =
        new RelayForwarder(new(RelayForwarder.Name, "A test asked for it."), TimeProvider.System, NullLogger<RelayForwarder>.Instance);

    public override IPAddress Visitor { get; } = IPAddress.Parse("127.0.0.1");

    public override IPAddress OtherVisitor { get; } = IPAddress.Parse("127.0.0.2");

    public override int FreePort()
    {
        var port = PublicPorts.TryFindFree(_drawn)!.Value;
        _drawn.Add(port);
        return port;
    }

    public override Task<IAsyncDisposable> OccupyAsync(int port)
    {
        var listener = NamedEcho.Listen(new(IPAddress.Loopback, port));
        return Task.FromResult<IAsyncDisposable>(new Occupant(listener));
    }

    public override Task<IPEndPoint> StartAppAsync(string name)
    {
        var listener = NamedEcho.Listen(new(IPAddress.Loopback, 0));
        _apps.Add(new(listener, name));
        return Task.FromResult((IPEndPoint)listener.LocalEndPoint!);
    }

    public override async Task<IFlow?> ConnectAsync(int port, IPAddress? from = null)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(from ?? Visitor, 0));
        return await SocketFlow.ConnectAsync(socket, new(IPAddress.Loopback, port));
    }

    public override async ValueTask DisposeAsync()
    {
        await Forwarder.DisposeAsync();
        foreach (var app in _apps)
        {
            app.Dispose();
        }
    }

    private sealed class Occupant(Socket listener) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            listener.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
