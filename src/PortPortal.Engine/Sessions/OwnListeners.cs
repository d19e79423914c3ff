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
    private volatile ImmutableDictionary<int, ImmutableHashSet<IPEndPoint>> _listeners = ImmutableDictionary<int, ImmutableHashSet<IPEndPoint>>.Empty; // by port; swapped under _lock

    public OwnListeners()
        : this(AddressesOfThisMachine)
    {
    }

    public bool Has(int port) => _listeners.ContainsKey(port);

    public void Add(IPEndPoint listener) => Change([listener], []);

    public void Remove(IPEndPoint listener) => Change([], [listener]);

    /// <summary>Many at once.</summary>
    public void Change(IEnumerable<IPEndPoint> opened, IEnumerable<IPEndPoint> closed)
    {
        lock (_lock)
        {
            var listeners = _listeners.ToBuilder();
            foreach (var gone in closed)
            {
                var left = On(listeners, gone.Port).Remove(gone);
                if (left.IsEmpty)
                {
                    listeners.Remove(gone.Port);
                }
                else
                {
                    listeners[gone.Port] = left;
                }
            }

            foreach (var come in opened)
            {
                listeners[come.Port] = On(listeners, come.Port).Add(come);
            }

            _listeners = listeners.ToImmutable();
        }
    }

    /// <summary>True where a connection from here to <paramref name="target"/> would arrive at PortPortal.</summary>
    public bool Answer(IPEndPoint target) =>
        _listeners.TryGetValue(target.Port, out var listeners) && listeners.Any(own => Covers(own.Address, target.Address));

    private static ImmutableHashSet<IPEndPoint> On(IReadOnlyDictionary<int, ImmutableHashSet<IPEndPoint>> listeners, int port) => listeners.GetValueOrDefault(port) ?? [];

    private static IEnumerable<IPAddress> AddressesOfThisMachine() =>
        NetworkInterface.GetAllNetworkInterfaces().SelectMany(nic => nic.GetIPProperties().UnicastAddresses).Select(unicast => unicast.Address);

    private bool Covers(IPAddress own, IPAddress target) =>
        own.Equals(target) || (TakesAll(own, target.AddressFamily) && (IPAddress.IsLoopback(target) || localAddresses().Contains(target)));

    private static bool TakesAll(IPAddress own, AddressFamily family) =>
        own.Equals(IPAddress.IPv6Any) || (own.Equals(IPAddress.Any) && family == AddressFamily.InterNetwork);
}
