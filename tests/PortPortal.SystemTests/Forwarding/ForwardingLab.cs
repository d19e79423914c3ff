using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using PortPortal.Tests.Forwarding.Contract;

namespace PortPortal.SystemTests.Forwarding;

/// <summary>A host with two guests on a bridge, and a visitor's machine on the other side of it.</summary>
/// <remarks><c>visitor 192.0.2.2, .3 — up0 192.0.2.1 host 10.77.0.1 br0 — guest 10.77.0.2, sibling 10.77.0.3</c>, and the same in IPv6.</remarks>
public sealed partial class ForwardingLab : IAsyncDisposable
{
    public const string VisitorAddress = "192.0.2.2";
    public const string OtherVisitorAddress = "192.0.2.3";
    public const string HostAddress = "192.0.2.1";
    public const string HostAddress6 = "2001:db8::1";
    public const string GuestAddress = "10.77.0.2";
    public const string GuestAddress6 = "fd77::2";

    private const int CloneNewNetwork = 0x40000000;

    private readonly List<IDisposable> _owned = [];

    private ForwardingLab(NetworkNamespace visitor, NetworkNamespace host, NetworkNamespace guest, NetworkNamespace sibling) =>
        (Visitor, Host, Guest, Sibling) = (visitor, host, guest, sibling);

    public NetworkNamespace Visitor { get; }

    public NetworkNamespace Host { get; }

    public NetworkNamespace Guest { get; }

    public NetworkNamespace Sibling { get; }

    public static async Task<ForwardingLab> CreateAsync()
    {
        var lab = new ForwardingLab(
            await NetworkNamespace.CreateAsync(), await NetworkNamespace.CreateAsync(), await NetworkNamespace.CreateAsync(), await NetworkNamespace.CreateAsync());
        try
        {
            await lab.ConnectAsync();
            return lab;
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    /// <summary>A socket that lives in a namespace, whatever thread uses it.</summary>
    public static Socket SocketIn(NetworkNamespace where, AddressFamily family = AddressFamily.InterNetwork) => SocketsIn(where, 1, family)[0];

    public static IReadOnlyList<Socket> SocketsIn(NetworkNamespace where, int count, AddressFamily family = AddressFamily.InterNetwork)
    {
        var sockets = new List<Socket>();
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                using var handle = File.OpenHandle($"/run/netns/{where.Name}");
                if (SetNamespace((int)handle.DangerousGetHandle(), CloneNewNetwork) != 0)
                {
                    throw new InvalidOperationException($"setns: {Marshal.GetLastPInvokeErrorMessage()}");
                }

                sockets.AddRange(Enumerable.Range(0, count).Select(_ => new Socket(family, SocketType.Stream, ProtocolType.Tcp)));
            }
            catch (Exception e)
            {
                failure = e;
            }
        });
        thread.Start();
        thread.Join();
        return failure is null ? sockets : throw new InvalidOperationException("No socket in the namespace.", failure);
    }

    /// <summary>Starts an app that says its name and echoes.</summary>
    public NamedEcho StartApp(NetworkNamespace where, string name, string address, out IPEndPoint endpoint, int port = 0)
    {
        var at = new IPEndPoint(IPAddress.Parse(address), port);
        var listener = SocketIn(where, at.AddressFamily);
        listener.Bind(at);
        listener.Listen(2000);
        endpoint = (IPEndPoint)listener.LocalEndPoint!;
        var app = new NamedEcho(listener, name);
        _owned.Add(app);
        return app;
    }

    /// <summary>Connects from a namespace; null where nobody answers.</summary>
    public static Task<SocketFlow?> DialAsync(NetworkNamespace from, string to, int port, string? source = null)
    {
        var target = IPAddress.Parse(to);
        var socket = SocketIn(from, target.AddressFamily);
        if (source is not null)
        {
            socket.Bind(new IPEndPoint(IPAddress.Parse(source), 0));
        }

        return SocketFlow.ConnectAsync(socket, new(target, port));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var owned in _owned)
        {
            owned.Dispose();
        }

        foreach (var place in new[] { Visitor, Host, Guest, Sibling })
        {
            await place.DisposeAsync();
        }
    }

    private async Task ConnectAsync()
    {
        await NetworkNamespace.ShellAsync($"""
            set -e
            ip link add up0 netns {Host.Name} type veth peer name eth0 netns {Visitor.Name}
            ip link add g0 netns {Host.Name} type veth peer name eth0 netns {Guest.Name}
            ip link add g1 netns {Host.Name} type veth peer name eth0 netns {Sibling.Name}
            """);
        await Host.RunAsync($"""
            set -e
            sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
            ip link add br0 type bridge
            ip link set g0 master br0
            ip link set g1 master br0
            bridge link set dev g0 hairpin on
            for i in up0 g0 g1 br0; do ip link set $i up; done
            ip addr add {HostAddress}/24 dev up0
            ip addr add {HostAddress6}/64 dev up0 nodad
            ip addr add 10.77.0.1/24 dev br0
            ip addr add fd77::1/64 dev br0 nodad
            """);
        await Visitor.RunAsync($"""
            set -e
            ip link set eth0 up
            ip addr add {VisitorAddress}/24 dev eth0
            ip addr add {OtherVisitorAddress}/24 dev eth0
            ip addr add 2001:db8::2/64 dev eth0 nodad
            ip route add 10.77.0.0/24 via {HostAddress}
            """);
        foreach (var (guest, number) in new[] { (Guest, 2), (Sibling, 3) })
        {
            await guest.RunAsync($"""
                set -e
                ip link set eth0 up
                ip addr add 10.77.0.{number}/24 dev eth0
                ip addr add fd77::{number}/64 dev eth0 nodad
                ip route add default via 10.77.0.1
                ip -6 route add default via fd77::1
                """);
        }
    }

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNamespace(int descriptor, int kind);
}
