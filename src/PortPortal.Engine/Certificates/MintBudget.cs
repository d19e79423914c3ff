using System.Net;
using System.Net.Sockets;

namespace PortPortal.Engine.Certificates;

/// <summary>How many certificates may still be minted this minute, for all and for one client.</summary>
/// <remarks>An address costs memory only once something was minted for it, so a minute's table is no longer than the minute's limit.</remarks>
internal sealed class MintBudget(int perMinute, int perMinuteAndAddress, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, int> _byClient = []; // under _lock
    private int _spent; // under _lock
    private long _minute; // under _lock

    public bool TrySpend(IPAddress? peer)
    {
        var client = ClientOf(peer);
        var minute = time.GetUtcNow().ToUnixTimeSeconds() / 60;
        lock (_lock)
        {
            if (minute != _minute)
            {
                (_minute, _spent) = (minute, 0);
                _byClient.Clear();
            }

            var ofClient = _byClient.GetValueOrDefault(client);
            if (_spent >= perMinute || ofClient >= perMinuteAndAddress)
            {
                return false;
            }

            _spent++;
            _byClient[client] = ofClient + 1;
            return true;
        }
    }

    /// <summary>One subscriber of IPv6 has a /64 at least (RFC 6177); counting single addresses would limit nobody.</summary>
    private static IPAddress ClientOf(IPAddress? peer)
    {
        if (peer is null)
        {
            return IPAddress.None;
        }

        if (peer.IsIPv4MappedToIPv6)
        {
            return peer.MapToIPv4();
        }

        if (peer.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return peer;
        }

        var bytes = peer.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }
}
