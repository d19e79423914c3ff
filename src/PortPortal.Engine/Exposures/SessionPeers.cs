using System.Collections.Frozen;
using System.Net;
using System.Net.NetworkInformation;
using Microsoft.Extensions.Hosting;
using PortPortal.Engine.Common;
using PortPortal.Engine.Sessions;

namespace PortPortal.Engine.Exposures;

/// <summary>Which session a connection comes from, told by its address: the other end of an established TCP connection, which cannot be forged from elsewhere.</summary>
/// <remarks>
/// An address speaks for a session only if exactly one running session has it, and if it is neither loopback nor any address of this machine: this machine is
/// many programs, and none of them is the session. Sessions with an address that two have are nobody's.
/// </remarks>
internal sealed class SessionPeers(SessionFeed sessions) : IHostedService
{
    private volatile FrozenDictionary<IPAddress, string> _byAddress = FrozenDictionary<IPAddress, string>.Empty; // swapped by the feed's publisher, one at a time

    public Task StartAsync(CancellationToken cancellationToken)
    {
        sessions.Publishing += Read;
        NetworkChange.NetworkAddressChanged += ReadAgain;
        Read();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        sessions.Publishing -= Read;
        NetworkChange.NetworkAddressChanged -= ReadAgain;
        return Task.CompletedTask;
    }

    /// <summary>True where <paramref name="peer"/> is that session and nobody else.</summary>
    /// <param name="peer">As the socket has it; never from a header.</param>
    public bool IsSession(IPAddress peer, string sessionId) => _byAddress.TryGetValue(peer, out var session) && session == sessionId;

    private void Read(FeedBatch<SessionStatus> batch)
    {
        // Listeners come and go by the second; addresses seldom do.
        if (batch.Removals.Length > 0 || batch.Upserts.Any(session => Speaker(session) is var speaker && (speaker is null ? _byAddress.Values.Contains(session.Id) : _byAddress.GetValueOrDefault(speaker) != session.Id)))
        {
            Read();
        }
    }

    private void ReadAgain(object? sender, EventArgs e) => Read();

    private void Read()
    {
        var own = NetworkInterface.GetAllNetworkInterfaces().SelectMany(nic => nic.GetIPProperties().UnicastAddresses).Select(unicast => unicast.Address).ToHashSet();
        _byAddress = sessions.Items.Values
            .Select(session => (Address: Speaker(session), session.Id))
            .Where(speaker => speaker.Address is not null && !own.Contains(speaker.Address))
            .GroupBy(speaker => speaker.Address!)
            .Where(speakers => speakers.Count() == 1)
            .ToFrozenDictionary(speakers => speakers.Key, speakers => speakers.Single().Id);
    }

    private static IPAddress? Speaker(SessionStatus session) =>
        session is { State: SessionState.Running, IsThisMachine: false, Address: { } address } && !IPAddress.IsLoopback(address) ? address : null;
}
