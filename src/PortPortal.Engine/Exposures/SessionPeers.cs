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
/// many programs, and none of them is the session. Sessions with an address that two have are nobody's, and an address on another node is told to nobody here.
/// </remarks>
internal sealed class SessionPeers(SessionFeed sessions) : IHostedService
{
    private readonly Lock _lock = new(); // one writer at a time
    private volatile FrozenDictionary<IPAddress, string> _byAddress = FrozenDictionary<IPAddress, string>.Empty; // swapped under _lock
    private Dictionary<string, IPAddress> _speakers = new(StringComparer.Ordinal); // under _lock, as is _own
    private HashSet<IPAddress> _own = [];

    public Task StartAsync(CancellationToken cancellationToken)
    {
        sessions.Publishing += Read;
        NetworkChange.NetworkAddressChanged += ReadAgain;
        ReadAgain(this, EventArgs.Empty);
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
        lock (_lock)
        {
            // Listeners come and go by the second; addresses seldom do.
            if (batch.Removals.Any(_speakers.ContainsKey) || batch.Upserts.Any(session => !Equals(Speaker(session), _speakers.GetValueOrDefault(session.Id))))
            {
                Read();
            }
        }
    }

    private void ReadAgain(object? sender, EventArgs e)
    {
        lock (_lock)
        {
            _own = [.. NetworkInterface.GetAllNetworkInterfaces().SelectMany(nic => nic.GetIPProperties().UnicastAddresses).Select(unicast => unicast.Address)];
            Read();
        }
    }

    private void Read()
    {
        lock (_lock)
        {
            _speakers = sessions.Items.Values.Where(session => Speaker(session) is not null).ToDictionary(session => session.Id, session => Speaker(session)!, StringComparer.Ordinal);
            _byAddress = _speakers
                .Where(speaker => !_own.Contains(speaker.Value))
                .GroupBy(speaker => speaker.Value)
                .Where(speakers => speakers.Count() == 1)
                .ToFrozenDictionary(speakers => speakers.Key, speakers => speakers.Single().Key);
        }
    }

    private static IPAddress? Speaker(SessionStatus session) =>
        session is { State: SessionState.Running, IsThisMachine: false, NodeId: LocalNode.Id, Address: { } address } && !IPAddress.IsLoopback(address) ? address : null;
}
