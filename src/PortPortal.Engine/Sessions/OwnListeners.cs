using System.Collections.Frozen;
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
    private volatile FrozenSet<IPEndPoint> _listeners = []; // swapped under _lock
    private volatile FrozenSet<int> _ports = []; // swapped under _lock

    public OwnListeners()
        : this(AddressesOfThisMachine)
    {
    }

    public IReadOnlySet<int> Ports => _ports;

    public void Add(IPEndPoint listener) => Swap(all => all.Append(listener));

    public void Remove(IPEndPoint listener) => Swap(all => all.Where(own => !own.Equals(listener)));

    /// <summary>True where a connection from here to <paramref name="target"/> would arrive at PortPortal.</summary>
    public bool Answer(IPEndPoint target) =>
        _ports.Contains(target.Port) && _listeners.Any(own => own.Port == target.Port && Covers(own.Address, target.Address));

    private static IEnumerable<IPAddress> AddressesOfThisMachine() =>
        NetworkInterface.GetAllNetworkInterfaces().SelectMany(nic => nic.GetIPProperties().UnicastAddresses).Select(unicast => unicast.Address);

    private bool Covers(IPAddress own, IPAddress target) =>
        own.Equals(target) || (TakesAll(own, target.AddressFamily) && (IPAddress.IsLoopback(target) || localAddresses().Contains(target)));

    private static bool TakesAll(IPAddress own, AddressFamily family) =>
        own.Equals(IPAddress.IPv6Any) || (own.Equals(IPAddress.Any) && family == AddressFamily.InterNetwork);

    private void Swap(Func<IEnumerable<IPEndPoint>, IEnumerable<IPEndPoint>> change)
    {
        lock (_lock)
        {
            _listeners = change(_listeners).ToFrozenSet();
            _ports = _listeners.Select(own => own.Port).ToFrozenSet();
        }
    }
}
