using System.Net;
using System.Net.Sockets;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Options;
using PortPortal.Engine.Common;
using PortPortal.Engine.Sessions;

namespace PortPortal.Tests.Sessions;

public sealed class SessionAddressPolicyTests
{
    private static readonly SessionAddressPolicy Everything = Policy("0.0.0.0/0", "::/0");

    [Theory]
    [InlineData("10.0.0.0")]
    [InlineData("10.255.255.255")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.254")]
    [InlineData("192.168.0.7")]
    [InlineData("fc00::1")]
    [InlineData("fd00::7")]
    [InlineData("FD12:3456:789A:0001:0000:0000:0000:0001")]
    [InlineData("fdff:ffff::1")]
    public void Check_PrivateAddress_IsAllowed(string text) => Assert.Null(Policy().Check(text, isAdmin: false));

    [Theory]
    [InlineData("9.255.255.255")]
    [InlineData("11.0.0.0")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.0")]
    [InlineData("192.167.255.255")]
    [InlineData("192.169.0.0")]
    [InlineData("100.64.0.1")]
    [InlineData("203.0.113.7")]
    [InlineData("8.8.8.8")]
    [InlineData("2001:db8::1")]
    [InlineData("2606:4700::1111")]
    [InlineData("fbff::1")]
    [InlineData("fe00::1")]
    public void Check_OutsideThePrivateRanges_IsRefusedNamingThem(string text) =>
        AssertRefused(Policy().Check(text, isAdmin: true), "Sessions:AllowedAddresses (10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, fc00::/7)");

    [Theory]
    [InlineData("100.64.0.1")]
    [InlineData("203.0.113.7")]
    [InlineData("2001:db8::1")]
    public void Check_NetworkInTheSetting_IsAllowed(string text)
    {
        Assert.Null(Policy("100.64.0.0/10", "203.0.113.0/24", "2001:db8::/32").Check(text, isAdmin: false));
    }

    [Fact]
    public void Check_SettingGiven_ReplacesTheDefault() =>
        AssertRefused(Policy("203.0.113.0/24").Check("10.0.0.7", isAdmin: true), "outside Sessions:AllowedAddresses (203.0.113.0/24)");

    [Theory]
    [InlineData("0.0.0.0", "unspecified")]
    [InlineData("0.0.0.1", "unspecified")]
    [InlineData("169.254.0.1", "link-local")]
    [InlineData("169.254.169.254", "metadata")]
    [InlineData("169.254.170.2", "metadata")]
    [InlineData("100.100.100.200", "metadata")]
    [InlineData("168.63.129.16", "metadata")]
    [InlineData("192.0.0.192", "metadata")]
    [InlineData("224.0.0.1", "multicast")]
    [InlineData("239.255.255.255", "multicast")]
    [InlineData("240.0.0.1", "reserved")]
    [InlineData("255.255.255.255", "broadcast")]
    [InlineData("::", "unspecified")]
    [InlineData("0:0:0:0:0:0:0:0", "unspecified")]
    [InlineData("fe80::1", "link-local")]
    [InlineData("febf:ffff::1", "link-local")]
    [InlineData("fec0::1", "site-local")]
    [InlineData("ff02::1", "multicast")]
    [InlineData("fd00:ec2::254", "metadata")]
    [InlineData("fd00:ec2::23", "metadata")]
    [InlineData("fd20:ce::254", "metadata")]
    [InlineData("::ffff:169.254.169.254", "IPv4 address in IPv6 form")]
    [InlineData("::ffff:a9fe:a9fe", "IPv4 address in IPv6 form")]
    [InlineData("::ffff:10.0.0.7", "IPv4 address in IPv6 form")]
    [InlineData("::ffff:7f00:1", "IPv4 address in IPv6 form")]
    [InlineData("::ffff:0:10.0.0.7", "IPv4 address in IPv6 form")]
    [InlineData("::10.0.0.7", "IPv4 address in IPv6 form")]
    [InlineData("::a9fe:a9fe", "IPv4 address in IPv6 form")]
    [InlineData("::2", "IPv4 address in IPv6 form")]
    [InlineData("64:ff9b::169.254.169.254", "IPv4 address in IPv6 form")]
    [InlineData("64:ff9b::a9fe:a9fe", "IPv4 address in IPv6 form")]
    [InlineData("64:ff9b:1::a9fe:a9fe", "IPv4 address in IPv6 form")]
    [InlineData("2002:a9fe:a9fe::1", "IPv4 address in IPv6 form")]
    [InlineData("2001:0:a9fe:a9fe::1", "IPv4 address in IPv6 form")]
    [InlineData("fd00::5efe:a9fe:a9fe", "IPv4 address in IPv6 form")]
    [InlineData("fd00::200:5efe:a00:7", "IPv4 address in IPv6 form")]
    public void F1_AddressNoSettingMayAllow_IsRefusedNamingTheRule(string text, string rule)
    {
        var refusal = Everything.Check(text, isAdmin: true);

        AssertRefused(refusal, rule);
        Assert.Contains("whatever the settings say", refusal!.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.254")]
    [InlineData("::1")]
    public void Check_Loopback_IsForAdminsOnly(string text)
    {
        Assert.Null(Policy().Check(text, isAdmin: true));
        AssertRefused(Policy().Check(text, isAdmin: false), "admins only");
        AssertRefused(Everything.Check(text, isAdmin: false), "admins only");
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("localhost")]
    [InlineData("app.internal")]
    [InlineData("10")]
    [InlineData("10.1")]
    [InlineData("10.0.1")]
    [InlineData("127.1")]
    [InlineData("0x7f.1")]
    [InlineData("0x0a.0.0.1")]
    [InlineData("0x0a000001")]
    [InlineData("167772161")]
    [InlineData("010.0.0.1")]
    [InlineData("10.00.0.1")]
    [InlineData("10.0.0.01")]
    [InlineData("10.0.0.256")]
    [InlineData("10.0.0.-1")]
    [InlineData("10.0.0.+1")]
    [InlineData("10.0.0.1.")]
    [InlineData(".10.0.0.1")]
    [InlineData("10..0.1")]
    [InlineData("10.0.0.1 ")]
    [InlineData(" 10.0.0.1")]
    [InlineData("10.0.0. 1")]
    [InlineData("10.0.0.1\n")]
    [InlineData("10.0.0.1\0")]
    [InlineData("10.0.0.1:80")]
    [InlineData("10.0.0.1/32")]
    [InlineData("10.0.0.1@evil")]
    [InlineData("10。0。0。1")]
    [InlineData("１０.0.0.1")]
    [InlineData("[fd00::7]")]
    [InlineData("[fd00::7]:80")]
    [InlineData("fd00::7/64")]
    [InlineData("fd00::7%1")]
    [InlineData("fd00::7%eth0")]
    [InlineData("fe80::1%2")]
    [InlineData("fd00::0x7")]
    [InlineData("fd00::7 ")]
    [InlineData("fd00:::7")]
    [InlineData("fd00::7::1")]
    [InlineData("fd00::00007")]
    [InlineData("fd00:1:2:3:4:5:6:7:8")]
    [InlineData("fd00::010.0.0.1")]
    [InlineData("fd00::10.1")]
    [InlineData(":")]
    [InlineData("::ffff:0x7f000001")]
    public void Check_TextThatTwoProgramsReadDifferently_IsNoAddress(string text) =>
        AssertRefused(Everything.Check(text, isAdmin: true), "is not an IP address");

    [Fact]
    public void Check_DottedTail_IsRefusedWithTheFormToWrite() => AssertRefused(Everything.Check("fd00::10.0.0.7", isAdmin: true), "write fd00::a00:7");

    [Fact]
    public void Check_LongText_IsNotRepeatedWhole() =>
        Assert.InRange(Policy().Check(new string('1', 10_000), isAdmin: true)!.Detail.Length, 1, 300);

    [Fact]
    public void CheckDial_PortPortalsOwnListener_IsRefused()
    {
        var own = new OwnListeners(() => [IPAddress.Parse("192.168.0.2")]);
        own.Add(new(IPAddress.Any, 8443));
        var policy = new SessionAddressPolicy(Options.Create(new SessionOptions()), own);

        AssertRefused(policy.CheckDial(new(IPAddress.Parse("192.168.0.2"), 8443), isAdmin: true), "PortPortal itself");
        AssertRefused(policy.CheckDial(new(IPAddress.Parse("127.0.0.9"), 8443), isAdmin: true), "PortPortal itself");
        Assert.Null(policy.CheckDial(new(IPAddress.Parse("192.168.0.2"), 3000), isAdmin: true));
        Assert.Null(policy.CheckDial(new(IPAddress.Parse("192.168.0.3"), 8443), isAdmin: true));
    }

    [Fact]
    public void CheckDial_AddressThatWasForbiddenMeanwhile_IsRefused() =>
        AssertRefused(Policy("203.0.113.0/24").CheckDial(new(IPAddress.Parse("10.0.0.7"), 80), isAdmin: true), "outside");

    [Fact]
    public void CheckDial_ZoneOnTheAddress_IsRefused() =>
        AssertRefused(Everything.CheckDial(new(new IPAddress(IPAddress.Parse("fd00::7").GetAddressBytes(), scopeid: 2), 80), isAdmin: true), "network interface");

    [Fact]
    public void Check_EveryIpv4AddressWrittenCanonically_IsJudgedAsTheRangesSay() => Prop.ForAll<uint>(bits =>
    {
        byte[] bytes = [(byte)(bits >> 24), (byte)(bits >> 16), (byte)(bits >> 8), (byte)bits];
        var isPrivate = bytes[0] == 10 || (bytes[0] == 172 && bytes[1] is >= 16 and <= 31) || (bytes[0] == 192 && bytes[1] == 168);
        return Policy().Check(string.Join('.', bytes), isAdmin: false) is null == isPrivate;
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void Check_AnyForbiddenIpv4AddressInAnyIpv6Form_IsRefused()
    {
        var forbidden = Gen.Elements("0.0.0.0", "127.0.0.1", "169.254.169.254", "100.100.100.200", "168.63.129.16", "224.0.0.1", "255.255.255.255", "10.0.0.7");
        var form = Gen.Elements<Func<string, string>>(
            hex => $"::ffff:{hex}", hex => $"::{hex}", hex => $"64:ff9b::{hex}", hex => $"64:ff9b:1::{hex}", hex => $"2002:{hex}::1", hex => $"2001:0:{hex}::1",
            hex => $"::ffff:0:{hex}", hex => $"fd00::5efe:{hex}");
        var cases = from address in forbidden from write in form select write(Hex(address));

        // ::0.0.0.1 is ::1 itself and is judged as loopback; it is not among these.
        Prop.ForAll(cases.ToArbitrary(), text => Everything.Check(text, isAdmin: true) is not null).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    [Fact]
    public void Check_AnyText_IsAllowedOnlyWhereTheFrameworkReadsTheSameAddressBack()
    {
        var text = Gen.Elements('0', '1', '2', '5', '7', '9', 'a', 'f', 'd', 'x', '.', ':', '%', '[', ']', '/', ' ').ArrayOf().Select(chars => new string(chars));
        Prop.ForAll(text.ToArbitrary(), candidate =>
            Everything.Check(candidate, isAdmin: true) is not null
            || (IPAddress.TryParse(candidate, out var address) && (address.AddressFamily == AddressFamily.InterNetworkV6 || address.ToString() == candidate)))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(5000));
    }

    private static string Hex(string ipv4)
    {
        var bytes = IPAddress.Parse(ipv4).GetAddressBytes();
        return $"{(bytes[0] << 8) | bytes[1]:x}:{(bytes[2] << 8) | bytes[3]:x}";
    }

    private static SessionAddressPolicy Policy(params string[] allowed) =>
        new(Options.Create(new SessionOptions { AllowedAddresses = allowed }), new OwnListeners());

    private static void AssertRefused(Refusal? refusal, string words)
    {
        Assert.NotNull(refusal);
        Assert.Equal((400, RefusalCodes.InvalidAddress, "address"), (refusal.Status, refusal.Code, refusal.Field));
        Assert.Contains(words, refusal.Detail, StringComparison.Ordinal);
    }
}
