using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace PortPortal.Engine.Sessions;

/// <summary>The addresses PortPortal itself listens on: never dialled as somebody's session, never offered as ports of this machine.</summary>
/// <remarks>Whoever opens a listener says so here once it is bound.</remarks>
/// <param name="localAddresses">Every address of this machine; asked only when a port matches.</param>
internal sealed class OwnListeners(Func<IEnumerable<IPAddress>> localAddresses)
{
    private readonly Lock _lock = new();
    private volatile ImmutableHashSet<IPEndPoint> _listeners = []; // swapped under _lock
    private volatile ImmutableHashSet<int> _ports = []; // swapped under _lock

    public OwnListeners()
        : this(AddressesOfThisMachine)
    {
    }

    public IReadOnlySet<int> Ports => _ports;

    public void Add(IPEndPoint listener) => Change([listener], []);

    public void Remove(IPEndPoint listener) => Change([], [listener]);

    /// <summary>Many at once.</summary>
    public void Change(IEnumerable<IPEndPoint> opened, IEnumerable<IPEndPoint> closed)
    {
        var (come, gone) = (opened.ToList(), closed.ToList());
        lock (_lock)
        {
            _listeners = _listeners.Except(gone).Union(come);
            _ports = gone.Count > 0 ? [.. _listeners.Select(own => own.Port)] : _ports.Union(come.Select(own => own.Port));
        }
    }

    /// <summary>True where a connection from here to <paramref name="target"/> would arrive at PortPortal.</summary>
    public bool Answer(IPEndPoint target) =>
        _ports.Contains(target.Port) && _listeners.Any(own => own.Port == target.Port && Covers(own.Address, target.Address));

    private static IEnumerable<IPAddress> AddressesOfThisMachine() =>
        NetworkInterface.GetAllNetworkInterfaces().SelectMany(nic => nic.GetIPProperties().UnicastAddresses).Select(unicast => unicast.Address);

    private bool Covers(IPAddress own, IPAddress target) =>
        own.Equals(target) || (TakesAll(own, target.AddressFamily) && (IPAddress.IsLoopback(target) || localAddresses().Contains(target)));

    private static bool TakesAll(IPAddress own, AddressFamily family) =>
        own.Equals(IPAddress.IPv6Any) || (own.Equals(IPAddress.Any) && family == AddressFamily.InterNetwork);
}
