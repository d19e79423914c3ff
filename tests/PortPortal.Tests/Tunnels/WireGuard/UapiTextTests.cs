using System.Net;
using PortPortal.Engine.Tunnels;
using PortPortal.Engine.Tunnels.WireGuard;

namespace PortPortal.Tests.Tunnels.WireGuard;

public sealed class UapiTextTests : IDisposable
{
    private const string OtherKeyHex = "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f";
    private static readonly WireGuardKey OtherKey = WireGuardKey.Of(Convert.FromHexString(OtherKeyHex));
    private readonly TempDirectory _directory = new();
    private readonly WireGuardPlan _plan;

    public UapiTextTests() => _plan = new()
    {
        Interface = "wg0",
        Identity = WireGuardIdentity.LoadOrCreate(_directory.File("key")),
        Address = IPAddress.Parse("10.213.0.1"),
        Network = IPNetwork.Parse("10.213.0.0/16"),
        ListenPort = 51820,
        Guard = TunnelGuard.Edge,
        Peers = [new() { PublicKey = OtherKey, Address = IPAddress.Parse("10.213.0.2"), Endpoint = IPEndPoint.Parse("192.0.2.7:51820"), KeepAlive = TimeSpan.FromSeconds(5) }],
    };

    private string PrivateHex => Convert.ToHexStringLower(Convert.FromBase64String(File.ReadAllText(_directory.File("key"))));

    [Fact]
    public void Renew_OfAPeer_TakesItAwayAndBringsItBackInOneBreath() => Assert.Equal(
        $"""
        set=1
        public_key={OtherKeyHex}
        remove=true
        public_key={OtherKeyHex}
        endpoint=192.0.2.7:51820
        persistent_keepalive_interval=5
        replace_allowed_ips=true
        allowed_ip=10.213.0.2/32


        """,
        UapiText.Renew(_plan.Peers[0]));

    [Fact]
    public void Adding_OfAPeerToTheKernel_NamesAllOfIt() => Assert.Equal(
        $"set wg0 peer {OtherKey.Text} allowed-ips 10.213.0.2 endpoint 192.0.2.7:51820 persistent-keepalive 5",
        string.Join(' ', KernelDevice.Adding("wg0", _plan.Peers[0])));

    [Fact]
    public void Set_OfANewInterface_NamesKeyPortAndPeer() => Assert.Equal(
        $"""
        set=1
        private_key={PrivateHex}
        listen_port=51820
        public_key={OtherKeyHex}
        endpoint=192.0.2.7:51820
        persistent_keepalive_interval=5
        replace_allowed_ips=true
        allowed_ip=10.213.0.2/32


        """,
        UapiText.Set(_plan, new WireGuardStatus { PublicKey = null }));

    [Fact]
    public void Set_OfWhatIsRightAlready_SaysNothing()
    {
        var found = UapiText.Parse(Answer(), ownKey: null);

        Assert.Equal("set=1\n\n", UapiText.Set(_plan, found));
    }

    [Fact]
    public void Set_WhereAStrangerIsFound_RemovesItAndLeavesTheOthers()
    {
        const string Stranger = "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a";
        var found = UapiText.Parse(Answer($"public_key={Stranger}\nallowed_ip=0.0.0.0/0\n"), ownKey: null);

        Assert.Equal($"set=1\npublic_key={Stranger}\nremove=true\n\n", UapiText.Set(_plan, found));
    }

    [Fact]
    public void Set_OfAnotherKey_CallsThePeersThatCanBeCalledAnew()
    {
        var found = UapiText.Parse(Answer().Replace(PrivateHex, OtherKeyHex, StringComparison.Ordinal), ownKey: null);

        Assert.Equal($"set=1\nprivate_key={PrivateHex}\n{UapiText.Renew(_plan.Peers[0])["set=1\n".Length..]}", UapiText.Set(_plan, found));
    }

    [Fact]
    public void Set_OfAPeerThatMayOnlyShakeHands_GivesItNoAddress()
    {
        var plan = _plan with { Peers = [_plan.Peers[0] with { HandshakeOnly = true }] };

        var said = UapiText.Set(plan, UapiText.Parse(Answer(), ownKey: null));

        Assert.EndsWith("replace_allowed_ips=true\n\n", said, StringComparison.Ordinal);
        Assert.Equal("set=1\n\n", UapiText.Set(plan, UapiText.Parse(Answer().Replace("allowed_ip=10.213.0.2/32\n", "", StringComparison.Ordinal), ownKey: null)));
        Assert.DoesNotContain("AllowedIPs", KernelDevice.Render(plan), StringComparison.Ordinal);
    }

    [Fact]
    public void F7_Set_WhereAPeersAddressesWereWidened_PutsThemRight()
    {
        var found = UapiText.Parse(Answer().Replace("allowed_ip=10.213.0.2/32\n", "allowed_ip=10.213.0.2/32\nallowed_ip=10.213.0.3/32\n", StringComparison.Ordinal), ownKey: null);

        Assert.Contains("replace_allowed_ips=true\nallowed_ip=10.213.0.2/32\n", UapiText.Set(_plan, found), StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_OfAPeer_ReadsHandshakeAndBytes()
    {
        var peer = Assert.Single(UapiText.Parse(Answer(), ownKey: null).Peers);

        Assert.Equal(OtherKey, peer.PublicKey);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_790_000_000).AddMilliseconds(500), peer.LastHandshake);
        Assert.Equal((1234, 5678), (peer.BytesReceived, peer.BytesSent));
    }

    [Theory]
    [InlineData("")]
    [InlineData("private_key=00\n")]
    [InlineData("errno=-13\n\n")]
    public void Parse_OfAnErrorOrHalfAnAnswer_Throws(string answer) =>
        Assert.Throws<TunnelException>(() => UapiText.Parse(answer.Replace("private_key=00", "listen_port=1", StringComparison.Ordinal), ownKey: null));

    [Fact]
    public void KernelDump_OfWg_ReadsTheSame()
    {
        var status = KernelDevice.Parse($"secret\t{_plan.Identity.PublicKey}\t51820\toff\n{OtherKey}\t(none)\t192.0.2.7:51820\t10.213.0.2/32\t1790000000\t1234\t5678\t5\n");

        var peer = Assert.Single(status.Peers);
        Assert.Equal((_plan.Identity.PublicKey, 51820), (status.PublicKey, status.ListenPort));
        Assert.Equal((OtherKey, 1234, TimeSpan.FromSeconds(5)), (peer.PublicKey, peer.BytesReceived, peer.KeepAlive));
    }

    [Theory]
    [InlineData("wg0; flush ruleset")]
    [InlineData("wg0\"")]
    public void Guard_OfANameThatIsNone_IsNotWritten(string device) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => TunnelGuardScript.Render(TunnelGuard.Node, device, 1, 0));

    public void Dispose() => _directory.Dispose();

    private string Answer(string more = "") =>
        $"private_key={PrivateHex}\nlisten_port=51820\npublic_key={OtherKeyHex}\nprotocol_version=1\nendpoint=192.0.2.7:51820\nlast_handshake_time_sec=1790000000\n"
        + $"last_handshake_time_nsec=500000000\ntx_bytes=5678\nrx_bytes=1234\npersistent_keepalive_interval=5\nallowed_ip=10.213.0.2/32\n{more}errno=0\n\n";
}
