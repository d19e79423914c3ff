using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace PortPortal.Engine.Forwarding.Relay;

/// <summary>Holds one public port and relays whoever comes in by it.</summary>
internal sealed partial class RelayListener : IDisposable
{
    private static readonly TimeSpan PauseWhenExhausted = TimeSpan.FromMilliseconds(200);

    private readonly Socket _listener;
    private readonly KnockList _knocks;
    private readonly RelayBuffers _buffers;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<RelayConnection, bool> _open = new();
    private volatile bool _stopped;

    /// <summary>Takes the port, or throws the <see cref="SocketException"/> that says why not.</summary>
    public RelayListener(PlannedForward forward, int interfaceIndex, KnockList knocks, RelayBuffers buffers, TimeProvider time, ILogger logger)
    {
        (Forward, InterfaceIndex, _knocks, _buffers, _time, _logger) = (forward, interfaceIndex, knocks, buffers, time, logger);
        Traffic = new(forward.Mark);
        Outcome = new(forward.Mark);
        _listener = PublicPorts.Listen(forward.PublicPort, forward.Interface);
        _ = AcceptAsync();
    }

    public PlannedForward Forward { get; }

    /// <summary>The device it was bound to: one that was made anew under the same name is another device.</summary>
    public int InterfaceIndex { get; }

    public RelayTraffic Traffic { get; }

    /// <summary>What there is to report, every time.</summary>
    public ForwardOutcome Outcome { get; }

    public void Dispose()
    {
        _stopped = true;
        _listener.Dispose();
        foreach (var connection in _open.Keys)
        {
            connection.Cut();
        }
    }

    private async Task AcceptAsync()
    {
        while (!_stopped)
        {
            try
            {
                var visitor = await _listener.AcceptAsync();
                if (IsWelcome(visitor))
                {
                    _ = ServeAsync(visitor);
                }
                else
                {
                    RelayConnection.Abort(visitor);
                }
            }
            catch (Exception e) when (_stopped && e is SocketException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException e)
            {
                // Out of descriptors or memory: what is open goes on, what comes waits in the kernel's queue.
                Log.AcceptPaused(_logger, Forward.PublicPort, e.SocketErrorCode);
                await Task.Delay(PauseWhenExhausted, _time);
            }
        }
    }

    private async Task ServeAsync(Socket visitor)
    {
        Traffic.CountConnection();
        Socket session;
        try
        {
            session = new(Forward.Target.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        }
        catch (SocketException e)
        {
            Log.AcceptPaused(_logger, Forward.PublicPort, e.SocketErrorCode);
            RelayConnection.Abort(visitor);
            return;
        }

        var connection = new RelayConnection(visitor, session, Traffic, _buffers, _time);
        _open.TryAdd(connection, true);
        if (_stopped)
        {
            connection.Cut();
        }

        await connection.RunAsync(Forward.Target);
        _open.TryRemove(connection, out _);
    }

    private bool IsWelcome(Socket visitor)
    {
        if (Forward.Sources.IsEmpty && !Forward.KnockRequired && Forward.Interface is null)
        {
            return true;
        }

        if (visitor.RemoteEndPoint is not IPEndPoint { Address: var address })
        {
            return false;
        }

        var source = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return (Forward.Interface is null || !IsOwn(source))
            && (Forward.Sources.IsEmpty || Forward.Sources.Any(network => network.Contains(source)))
            && (!Forward.KnockRequired || _knocks.IsAdmitted(Forward.Mark, source));
    }

    /// <summary>Whether an address is this machine's own: what it sends to itself counts as received on the interface of the address.</summary>
    private static bool IsOwn(IPAddress address)
    {
        using var probe = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            probe.Bind(new IPEndPoint(address, 0));
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressNotAvailable)
        {
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The relay on port {Port} cannot take more connections for now: {Error}")]
        public static partial void AcceptPaused(ILogger logger, int port, SocketError error);
    }
}
