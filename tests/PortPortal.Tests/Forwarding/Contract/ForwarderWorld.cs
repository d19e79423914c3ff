using System.Net;
using PortPortal.Engine.Forwarding;

namespace PortPortal.Tests.Forwarding.Contract;

/// <summary>A machine with a forwarder, sessions behind it and visitors in front; one for each driver.</summary>
public abstract class ForwarderWorld : IAsyncDisposable
{
    public abstract IPortForwarder Forwarder { get; }

    /// <summary>The address visitors come from where a test does not say.</summary>
    public abstract IPAddress Visitor { get; }

    public abstract IPAddress OtherVisitor { get; }

    /// <summary>A public port nobody has.</summary>
    public abstract int FreePort();

    /// <summary>Has another process of the machine listen on a port until disposed.</summary>
    public abstract Task<IAsyncDisposable> OccupyAsync(int port);

    /// <summary>Starts an app in a session that says its name to who connects, then sends back what it gets.</summary>
    public abstract Task<IPEndPoint> StartAppAsync(string name);

    /// <summary>A visitor's connection to a public port; null where it was refused, or ended before the app said a word.</summary>
    public abstract Task<IFlow?> ConnectAsync(int port, IPAddress? from = null);

    public abstract ValueTask DisposeAsync();
}

/// <summary>One open connection to an app.</summary>
public interface IFlow : IAsyncDisposable
{
    /// <summary>Which app answered.</summary>
    string App { get; }

    /// <summary>Sends so many bytes and waits until they came back; false where the connection has ended.</summary>
    Task<bool> EchoAsync(int bytes = 16);
}
