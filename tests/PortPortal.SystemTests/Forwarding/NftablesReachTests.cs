using System.Net;
using System.Net.Sockets;
using PortPortal.Engine.Forwarding;

namespace PortPortal.SystemTests.Forwarding;

/// <summary>From where a forward can be reached, and what it must leave alone.</summary>
public sealed class NftablesReachTests(LabFixture fixture) : NftablesTests(fixture), IClassFixture<LabFixture>
{
    [SystemFact]
    public async Task F04_FromAnotherHost_ReachesTheGuestWithTheVisitorsOwnAddress()
    {
        var (forward, app) = Forward("web");

        var report = await ApplyAsync(forward);

        Assert.Equal(ForwardPath.Kernel, Assert.Single(report.Items).Path);
        await AssertCarriedByTheKernelAsync(forward, app);
    }

    [SystemFact]
    public async Task FromAnotherHost_OverIpv6_ReachesAnIpv6Guest()
    {
        var (forward, app) = Forward("web6", address: ForwardingLab.GuestAddress6);
        await ApplyAsync(forward);

        Assert.Equal("web6", await ReachAsync(Lab.Visitor, ForwardingLab.HostAddress6, forward.PublicPort));
        Assert.Equal(IPAddress.Parse("2001:db8::2"), app.Visitors[^1]);
    }

    [SystemFact]
    public async Task FromAnotherHost_OverTheOtherFamily_ReachesTheGuestByTheRelay()
    {
        var ((ipv4, _), (ipv6, _)) = (Forward("ipv4"), Forward("ipv6", address: ForwardingLab.GuestAddress6));
        await ApplyAsync(ipv4, ipv6);

        Assert.Equal("ipv4", await ReachAsync(Lab.Visitor, ForwardingLab.HostAddress6, ipv4.PublicPort));
        Assert.Equal("ipv6", await ReachAsync(Lab.Visitor, ForwardingLab.HostAddress, ipv6.PublicPort));
    }

    [SystemFact]
    public async Task FromTheHostItself_AllItsAddressesWork()
    {
        var (forward, _) = Forward("web");
        await ApplyAsync(forward);

        foreach (var address in new[] { ForwardingLab.HostAddress, "10.77.0.1", "127.0.0.1", "127.0.0.9", "::1", ForwardingLab.HostAddress6 })
        {
            Assert.Equal("web", await ReachAsync(Lab.Host, address, forward.PublicPort));
        }
    }

    [SystemFact]
    public async Task FromASiblingAndFromTheGuestItself_ReachesTheGuest()
    {
        var ((ipv4, _), (ipv6, _)) = (Forward("ipv4"), Forward("ipv6", address: ForwardingLab.GuestAddress6));
        await ApplyAsync(ipv4, ipv6);

        foreach (var guest in new[] { Lab.Sibling, Lab.Guest })
        {
            Assert.Equal("ipv4", await ReachAsync(guest, ForwardingLab.HostAddress, ipv4.PublicPort));
            Assert.Equal("ipv4", await ReachAsync(guest, "10.77.0.1", ipv4.PublicPort));
            Assert.Equal("ipv6", await ReachAsync(guest, "fd77::1", ipv6.PublicPort));
        }
    }

    [SystemFact]
    public async Task TrafficToOtherMachines_OnTheSamePortNumber_IsNotCaptured()
    {
        var (forward, _) = Forward("captured");
        await ApplyAsync(forward);
        Lab.StartApp(Lab.Visitor, "outside", ForwardingLab.VisitorAddress, out _, forward.PublicPort);
        Lab.StartApp(Lab.Sibling, "sibling", "10.77.0.3", out _, forward.PublicPort);

        Assert.Equal("outside", await ReachAsync(Lab.Sibling, ForwardingLab.VisitorAddress, forward.PublicPort));
        Assert.Equal("outside", await ReachAsync(Lab.Guest, ForwardingLab.VisitorAddress, forward.PublicPort));
        Assert.Equal("outside", await ReachAsync(Lab.Host, ForwardingLab.VisitorAddress, forward.PublicPort));
        Assert.Equal("sibling", await ReachAsync(Lab.Host, "10.77.0.3", forward.PublicPort));
        Assert.Equal("sibling", await ReachAsync(Lab.Visitor, "10.77.0.3", forward.PublicPort));
    }

    [SystemFact]
    public async Task LoopbackTarget_IsReachedFromOutside_WithoutRouteLocalnet()
    {
        var (forward, _) = Forward("local", Lab.Host, "127.0.0.1");

        var report = await ApplyAsync(forward);

        var item = Assert.Single(report.Items);
        Assert.Equal((true, ForwardPath.Relay), (item.Applied, item.Path));
        Assert.Contains("loopback", item.Reason, StringComparison.Ordinal);
        Assert.Equal("local", await ReachAsync(Lab.Visitor, ForwardingLab.HostAddress, forward.PublicPort));
        Assert.DoesNotContain("1", await Lab.Host.RunAsync("cat /proc/sys/net/ipv4/conf/*/route_localnet"), StringComparison.Ordinal);
    }

    [SystemFact]
    public async Task Interface_OtherInterfacesAndTheHostItself_DoNotSeeThePort()
    {
        var (forward, app) = Forward("web");
        forward = forward with { Interface = "up0" };

        var report = await ApplyAsync(forward);

        Assert.True(Assert.Single(report.Items).Applied);
        await AssertCarriedByTheKernelAsync(forward, app);
        Assert.Null(await ReachAsync(Lab.Sibling, ForwardingLab.HostAddress, forward.PublicPort));
        Assert.Null(await ReachAsync(Lab.Host, ForwardingLab.HostAddress, forward.PublicPort));
        Assert.Null(await ReachAsync(Lab.Host, "127.0.0.1", forward.PublicPort));
    }

    [SystemFact]
    public async Task Sources_HoldForTheHostAndForIpv6Too()
    {
        var ((ipv4, _), (ipv6, _)) = (Forward("ipv4"), Forward("ipv6", address: ForwardingLab.GuestAddress6));
        await ApplyAsync(
            ipv4 with { Sources = [IPNetwork.Parse("192.0.2.2/32")] },
            ipv6 with { Sources = [IPNetwork.Parse("2001:db8::/64"), IPNetwork.Parse("0.0.0.0/0")] });

        Assert.Equal("ipv4", await ReachAsync(Lab.Visitor, ForwardingLab.HostAddress, ipv4.PublicPort));
        Assert.Null(await ReachAsync(Lab.Visitor, ForwardingLab.HostAddress6, ipv4.PublicPort));
        Assert.Null(await ReachAsync(Lab.Host, "127.0.0.1", ipv4.PublicPort));
        Assert.Null(await ReachAsync(Lab.Host, ForwardingLab.HostAddress, ipv4.PublicPort));
        Assert.Equal("ipv6", await ReachAsync(Lab.Visitor, ForwardingLab.HostAddress6, ipv6.PublicPort));
        Assert.Null(await ReachAsync(Lab.Sibling, "fd77::1", ipv6.PublicPort));
    }

    [SystemFact]
    public async Task F11_Udp_IsNotForwarded()
    {
        var (forward, _) = Forward("web");
        await ApplyAsync(forward);

        var heard = Lab.Guest.RunAsync($"timeout 1 socat -u UDP4-RECV:{forward.Target.Port} STDOUT || true");
        await Task.Delay(300);
        await Lab.Visitor.RunAsync($"echo hello | socat -u STDIN UDP4:{ForwardingLab.HostAddress}:{forward.PublicPort}");

        Assert.Empty(await heard);
    }

    [SystemFact]
    public async Task ForeignTranslation_IsLeftAlone()
    {
        var (forward, _) = Forward("ours");
        await ApplyAsync(forward);
        Lab.StartApp(Lab.Guest, "theirs", ForwardingLab.GuestAddress, out var theirs);
        await Lab.Host.RunAsync($$"""nft 'table ip podman { chain pre { type nat hook prerouting priority dstnat; tcp dport 8080 dnat to {{theirs}}; }; }'""");

        Assert.Equal("theirs", await ReachAsync(Lab.Visitor, ForwardingLab.HostAddress, 8080));
        Assert.Empty((await ApplyAsync(forward)).Mended);
        Assert.Equal("theirs", await ReachAsync(Lab.Visitor, ForwardingLab.HostAddress, 8080));
        await Lab.Host.RunAsync("nft delete table ip podman");
    }

    [SystemFact]
    public async Task MachineThatDoesNotSendOnPackets_IsServedByTheRelayWithTheReason()
    {
        var (forward, app) = Forward("web");
        await ApplyAsync(forward);
        await Lab.Host.RunAsync("sysctl -qw net.ipv4.ip_forward=0");
        try
        {
            var item = Assert.Single((await ApplyAsync(forward)).Items);

            Assert.Equal((true, ForwardPath.Relay), (item.Applied, item.Path));
            Assert.Contains("net.ipv4.ip_forward=1", item.Reason, StringComparison.Ordinal);
            Assert.Equal("web", await ReachAsync(Lab.Visitor, ForwardingLab.HostAddress, forward.PublicPort));
        }
        finally
        {
            await Lab.Host.RunAsync("sysctl -qw net.ipv4.ip_forward=1");
        }

        await ApplyAsync(forward);
        await AssertCarriedByTheKernelAsync(forward, app);
    }

    [SystemFact]
    public async Task R27_ListenerThatComesLater_CannotTakeThePort()
    {
        var (forward, _) = Forward("web");
        await ApplyAsync(forward);

        using var thief = ForwardingLab.SocketIn(Lab.Host);
        var error = Assert.Throws<SocketException>(() => thief.Bind(new IPEndPoint(IPAddress.Any, forward.PublicPort)));

        Assert.Equal(SocketError.AddressAlreadyInUse, error.SocketErrorCode);
    }
}
