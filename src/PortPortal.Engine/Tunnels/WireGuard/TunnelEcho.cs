using System.Net;
using System.Net.Sockets;

namespace PortPortal.Engine.Tunnels.WireGuard;

/// <summary>Answers heartbeats inside the tunnel: what comes from the other end's address goes back as it is.</summary>
public sealed class TunnelEcho : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly CancellationTokenSource _ended = new();
    private readonly TimeProvider _time;
    private long _heardAt; // Interlocked

    /// <exception cref="SocketException">The address is not (yet) this machine's.</exception>
    public TunnelEcho(IPAddress own, IPAddress other, TimeProvider time)
    {
        (_time, _heardAt) = (time, time.GetTimestamp());
        _socket.Bind(new IPEndPoint(own, WireGuardTunnel.HeartbeatPort));
        _ = AnswerAsync(other, _ended.Token);
    }

    /// <summary>How long since the other end was heard, or since this began.</summary>
    public TimeSpan Silence => _time.GetElapsedTime(Interlocked.Read(ref _heardAt));

    public void Dispose()
    {
        _ended.Cancel();
        _socket.Dispose();
        _ended.Dispose();
    }

    private async Task AnswerAsync(IPAddress other, CancellationToken cancellationToken)
    {
        var buffer = new byte[2048];
        var anyone = new IPEndPoint(IPAddress.Any, 0);
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var received = await _socket.ReceiveFromAsync(buffer, anyone, cancellationToken);
                if (received.RemoteEndPoint is IPEndPoint from && from.Address.Equals(other))
                {
                    Interlocked.Exchange(ref _heardAt, _time.GetTimestamp());
                    await _socket.SendToAsync(buffer.AsMemory(0, received.ReceivedBytes), from, cancellationToken);
                }
            }
            catch (SocketException)
            {
                // An ICMP error about an earlier answer, or the tunnel is down just now.
                await Task.Delay(TimeSpan.FromMilliseconds(50), CancellationToken.None);
            }
            catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
        }
    }
}
