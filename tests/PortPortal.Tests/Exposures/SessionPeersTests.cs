using System.Net;
using System.Net.NetworkInformation;
using PortPortal.Engine.Exposures;
using PortPortal.Engine.Sessions;

namespace PortPortal.Tests.Exposures;

/// <summary>Whom an address speaks for.</summary>
public sealed class SessionPeersTests : IAsyncLifetime
{
    private static readonly IPAddress Somewhere = IPAddress.Parse("10.99.98.97");
    private readonly SessionFeed _sessions = new(TimeProvider.System);
    private readonly SessionPeers _peers;

    public SessionPeersTests() => _peers = new(_sessions);

    public Task InitializeAsync() => _peers.StartAsync(CancellationToken.None);

    public Task DisposeAsync() => _peers.StopAsync(CancellationToken.None);

    [Fact]
    public void IsSession_OwnAddress_SpeaksForThatSessionAlone()
    {
        _sessions.Publish(Session("one", Somewhere), Session("two", IPAddress.Parse("10.99.98.96")));

        Assert.True(_peers.IsSession(Somewhere, "one"));
        Assert.False(_peers.IsSession(Somewhere, "two"));
        Assert.False(_peers.IsSession(IPAddress.Parse("10.99.98.95"), "one"));
    }

    [Fact]
    public void IsSession_AddressOfTwoSessions_IsNobodys_UntilOneEnds()
    {
        _sessions.Publish(Session("one", Somewhere), Session("two", Somewhere));
        Assert.False(_peers.IsSession(Somewhere, "one"));
        Assert.False(_peers.IsSession(Somewhere, "two"));

        _sessions.Publish(Session("two", Somewhere) with { State = SessionState.Terminated });

        Assert.True(_peers.IsSession(Somewhere, "one"));
    }

    [Fact]
    public void IsSession_PausedSession_DoesNotSpeak()
    {
        _sessions.Publish(Session("one", Somewhere));
        _sessions.Publish(Session("one", Somewhere) with { State = SessionState.Paused });

        Assert.False(_peers.IsSession(Somewhere, "one"));
    }

    [Fact]
    public void IsSession_LoopbackAndAddressesOfThisMachine_NeverSpeak()
    {
        var own = NetworkInterface.GetAllNetworkInterfaces().SelectMany(nic => nic.GetIPProperties().UnicastAddresses).Select(unicast => unicast.Address).ToList();
        List<IPAddress> addresses = [.. own, IPAddress.Loopback, IPAddress.Parse("127.8.7.6"), IPAddress.IPv6Loopback];

        _sessions.Publish(addresses.Select((address, i) => Session($"s{i}", address)));

        Assert.All(addresses.Index(), pair => Assert.False(_peers.IsSession(pair.Item, $"s{pair.Index}")));
    }

    [Fact]
    public void IsSession_ThisMachine_NeverSpeaks()
    {
        _sessions.Publish(Session("this-machine", Somewhere) with { Kind = SessionKind.ThisMachine });

        Assert.False(_peers.IsSession(Somewhere, "this-machine"));
    }

    [Fact]
    public void IsSession_SessionOfAnotherNode_DoesNotSpeakHere()
    {
        _sessions.Publish(Session("afar", Somewhere) with { NodeId = "another" });

        Assert.False(_peers.IsSession(Somewhere, "afar"));
    }

    private static SessionStatus Session(string id, IPAddress address) => new()
    {
        Id = id,
        Name = id,
        Kind = SessionKind.Registered,
        State = SessionState.Running,
        StateSince = DateTimeOffset.UnixEpoch,
        Address = address,
        NodeId = LocalNode.Id,
        OwnerId = "owner",
        Profile = "dev",
        CreatedAt = DateTimeOffset.UnixEpoch,
    };
}
