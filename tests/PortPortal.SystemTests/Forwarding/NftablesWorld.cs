using System.Net;
using PortPortal.Engine.Forwarding;
using PortPortal.Tests.Forwarding.Contract;

namespace PortPortal.SystemTests.Forwarding;

/// <summary>The real kernel, with visitors on another machine.</summary>
public sealed class NftablesWorld(ForwardingLab lab, RemoteForwarder forwarder) : ForwarderWorld
{
    private static int s_lastPort = PublicPorts.First;

    public override IPortForwarder Forwarder => forwarder;

    public override IPAddress Visitor { get; } = IPAddress.Parse(ForwardingLab.VisitorAddress);

    public override IPAddress OtherVisitor { get; } = IPAddress.Parse(ForwardingLab.OtherVisitorAddress);

    /// <summary>The namespace is new, so any number will do that no test had yet.</summary>
    public static int NextPort() => Interlocked.Increment(ref s_lastPort);

    public override int FreePort() => NextPort();

    public override Task<IAsyncDisposable> OccupyAsync(int port)
    {
        var listener = ForwardingLab.SocketIn(lab.Host);
        listener.Bind(new IPEndPoint(IPAddress.Any, port));
        listener.Listen();
        return Task.FromResult<IAsyncDisposable>(new Occupant(listener));
    }

    public override Task<IPEndPoint> StartAppAsync(string name)
    {
        lab.StartApp(lab.Guest, name, ForwardingLab.GuestAddress, out var endpoint);
        return Task.FromResult(endpoint);
    }

    public override async Task<IFlow?> ConnectAsync(int port, IPAddress? from = null) =>
        await ForwardingLab.DialAsync(lab.Visitor, ForwardingLab.HostAddress, port, (from ?? Visitor).ToString());

    /// <summary>The machine stays for the next test; its forwards do not.</summary>
    public override async ValueTask DisposeAsync() => await forwarder.ApplyAsync(ForwardPlan.Empty, CancellationToken.None);

    private sealed class Occupant(IDisposable listener) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            listener.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
