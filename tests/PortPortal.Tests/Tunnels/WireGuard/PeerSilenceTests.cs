using System.Net;
using PortPortal.Engine.Tunnels.WireGuard;

namespace PortPortal.Tests.Tunnels.WireGuard;

/// <summary>Which silent ends are called anew: those that have forgotten their session, and no others.</summary>
public sealed class PeerSilenceTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);
    private readonly ManualTime _time = new();
    private readonly PeerSilence _silence;

    private readonly WireGuardPeerStatus _peer = new()
    {
        PublicKey = WireGuardKey.Of(new byte[32]),
        Endpoint = IPEndPoint.Parse("192.0.2.7:51820"),
        LastHandshake = DateTimeOffset.UnixEpoch,
        BytesReceived = 100,
    };

    public PeerSilenceTests() => _silence = new(Patience, _time);

    [Fact]
    public void Due_OfAnEndThatSaysNothing_IsThatEnd_AndNotAgainBeforeItsPatienceIsOverOnceMore()
    {
        var calledAt = new List<int>();
        for (var second = 0; second <= 12; second++)
        {
            if (_silence.Due([_peer]).Count > 0)
            {
                calledAt.Add(second);
            }

            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal([4, 9], calledAt);
    }

    [Fact]
    public void Due_OfAnEndWhoseBytesStillArrive_IsNobody()
    {
        for (var second = 0; second < 30; second += 3)
        {
            Assert.Empty(_silence.Due([_peer with { BytesReceived = 100 + second }]));
            _time.Advance(TimeSpan.FromSeconds(3));
        }
    }

    [Fact]
    public void Due_OfAnEndThatWasHeardInBetween_BeginsToCountAnew()
    {
        Assert.Empty(_silence.Due([_peer]));
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Empty(_silence.Due([]));
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Empty(_silence.Due([_peer]));
        _time.Advance(TimeSpan.FromSeconds(3));

        Assert.Empty(_silence.Due([_peer]));
    }

    [Fact]
    public void Due_OfAnEndWithoutSessionOrAddress_IsNobody()
    {
        var callsItself = _peer with { LastHandshake = null };
        var nowhere = _peer with { PublicKey = WireGuardKey.Of([.. Enumerable.Repeat((byte)1, 32)]), Endpoint = null };
        _silence.Due([callsItself, nowhere]);
        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Empty(_silence.Due([callsItself, nowhere]));
    }
}
