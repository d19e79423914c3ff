using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace PortPortal.Engine.Tunnels.WireGuard;

/// <summary>Sends heartbeats into the tunnel and remembers who answered when.</summary>
/// <remarks>
/// A heartbeat is as large as a packet may be: a path that loses large packets only is no path for pages. It carries 16 random bytes
/// of that other end, and counts only when they come back from there.
/// </remarks>
public sealed class TunnelPulse : IDisposable
{
    private const int NonceLength = 16;
    private const int IpAndUdpHeaders = 28;
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly CancellationTokenSource _ended = new();
    private readonly ConcurrentDictionary<IPAddress, Beat> _beats = new();
    private readonly TimeProvider _time;
    private readonly byte[] _packet;

    /// <exception cref="SocketException">The address is not (yet) this machine's.</exception>
    public TunnelPulse(IPAddress own, int mtu, TimeProvider time)
    {
        (_time, _packet) = (time, new byte[mtu - IpAndUdpHeaders]);
        _socket.Bind(new IPEndPoint(own, 0));
        _ = HearAsync(_ended.Token);
    }

    /// <summary>How long since <paramref name="other"/> answered; null where it never has.</summary>
    public TimeSpan? SilenceOf(IPAddress other) =>
        _beats.TryGetValue(other, out var beat) && beat.Heard is { } heard ? _time.GetElapsedTime(heard) : null;

    /// <summary>The round trip of the last answered heartbeat.</summary>
    public TimeSpan? RoundTripOf(IPAddress other) => _beats.GetValueOrDefault(other)?.RoundTrip;

    /// <summary>One caller at a time.</summary>
    public void Send(IPAddress other)
    {
        var beat = _beats.GetOrAdd(other, _ => new(RandomNumberGenerator.GetBytes(NonceLength), null, null));
        beat.Nonce.CopyTo(_packet, 0);
        BinaryPrimitives.WriteInt64BigEndian(_packet.AsSpan(NonceLength), _time.GetTimestamp());
        try
        {
            _socket.SendTo(_packet, new IPEndPoint(other, WireGuardTunnel.HeartbeatPort));
        }
        catch (SocketException)
        {
            // No way there just now: the silence says so.
        }
    }

    public void Forget(IPAddress other) => _beats.TryRemove(other, out _);

    public void Dispose()
    {
        _ended.Cancel();
        _socket.Dispose();
        _ended.Dispose();
    }

    private async Task HearAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[2048];
        var anyone = new IPEndPoint(IPAddress.Any, 0);
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var received = await _socket.ReceiveFromAsync(buffer, anyone, cancellationToken);
                Hear(((IPEndPoint)received.RemoteEndPoint).Address, buffer.AsSpan(0, received.ReceivedBytes));
            }
            catch (SocketException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), CancellationToken.None);
            }
            catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private void Hear(IPAddress from, ReadOnlySpan<byte> packet)
    {
        if (packet.Length == _packet.Length && _beats.TryGetValue(from, out var beat) && packet[..NonceLength].SequenceEqual(beat.Nonce))
        {
            var (sent, now) = (BinaryPrimitives.ReadInt64BigEndian(packet[NonceLength..]), _time.GetTimestamp());
            _beats.TryUpdate(from, beat with { Heard = now, RoundTrip = _time.GetElapsedTime(sent, now) }, beat);
        }
    }

    private sealed record Beat(byte[] Nonce, long? Heard, TimeSpan? RoundTrip);
}
