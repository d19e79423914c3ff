using System.Net;
using Microsoft.Extensions.Options;
using PortPortal.Engine.Common;
using PortPortal.Engine.Edge;
using PortPortal.Engine.Edge.Listener;
using PortPortal.TestSupport;

namespace PortPortal.Tests.Edge.Listener;

public sealed class EdgeOptionsTests
{
    private static readonly EdgeOptionsValidation Validation = new();

    [Fact]
    public void Validate_Defaults_AreFine() => Assert.True(Validation.Validate(null, new EdgeOptions()).Succeeded);

    [Fact]
    public void Validate_EverythingWrong_IsReportedAtOnceByName()
    {
        var result = Validation.Validate(null, new EdgeOptions
        {
            Port = 0,
            PublicPort = 65_536,
            Bind = "everywhere",
            BaseDomain = "-bad-.example",
            PortalUrl = "http://portal.example.com",
            MaxConnections = int.MaxValue,
            MaxUpgradedConnections = 0,
            HandshakeTimeout = TimeSpan.Zero,
            HeadersTimeout = TimeSpan.FromMinutes(1),
            KeepAliveTimeout = TimeSpan.FromDays(1),
        });

        Assert.Equal(
            ["Edge:Port", "Edge:PublicPort", "Edge:Bind", "Edge:BaseDomain", "Portal:Url", "Edge:MaxConnections", "Edge:MaxUpgradedConnections", "Edge:HandshakeTimeout", "Edge:HeadersTimeout", "Edge:KeepAliveTimeout"],
            result.Failures!.Select(failure => failure.Split(' ')[0]));
        Assert.All(result.Failures!, failure => Assert.Contains(" takes ", failure, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Start_EverythingWrong_ListsItAndDoesNotListen()
    {
        using var folder = new TempDirectory();
        await using var app = RunningEdge.Build(folder, ("Edge:Port", "0"), ("Edge:Bind", "nowhere"), ("Edge:MaxConnections", "many"), ("Portal:Url", "ftp://x"));

        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => app.StartAsync().WaitAsync(RunningEdge.Deadline));

        Assert.Equal(4, failure.Failures.Count());
    }

    [Theory]
    [InlineData("fleet.example.com")]
    [InlineData("Fleet.Example.COM")]
    [InlineData("lan")]
    [InlineData("xn--bcher-kva.example")]
    public void Validate_BaseDomain_Taken(string domain) => Assert.True(Validation.Validate(null, new EdgeOptions { BaseDomain = domain }).Succeeded);

    [Theory]
    [InlineData("")]
    [InlineData("10.0.0.1")]
    [InlineData("1")]
    [InlineData("a..b")]
    [InlineData("example.com.")]
    [InlineData("*.example.com")]
    [InlineData("bücher.example")]
    [InlineData("example.com:8443")]
    [InlineData("https://example.com")]
    public void Validate_BaseDomain_Refused(string domain) => Assert.False(Validation.Validate(null, new EdgeOptions { BaseDomain = domain }).Succeeded);

    [Theory]
    [InlineData("https://portal.pp.test:8443", null, true)]
    [InlineData("https://portal.pp.test:8443/", null, true)]
    [InlineData("https://portal.pp.test", 443, true)]
    [InlineData("https://portal.pp.test", null, false)]
    [InlineData("https://portal.pp.test:8443/x", null, false)]
    [InlineData("https://portal.pp.test:8443/?x", null, false)]
    [InlineData("https://user@portal.pp.test:8443", null, false)]
    [InlineData("https://127.0.0.1:8443", null, false)]
    [InlineData("https://[::1]:8443", null, false)]
    [InlineData("portal.pp.test", null, false)]
    public void Validate_PortalUrl_NamesAHostOnThePublicPort(string url, int? publicPort, bool expected) =>
        Assert.Equal(expected, Validation.Validate(null, new EdgeOptions { PortalUrl = url, PublicPort = publicPort }).Succeeded);

    [Fact]
    public void PublicAddress_Defaults_AreLocal() => Assert.Equal(new PublicAddress("localhost", "portal.localhost", 8443), new EdgeOptions().PublicAddress);

    [Fact]
    public void PublicAddress_OwnPortalHostBehindAForward_TakesThePublicPort() => Assert.Equal(
        new PublicAddress("sbx.test", "portal.pp.test", 443),
        new EdgeOptions { BaseDomain = "SBX.test", PortalUrl = "https://Portal.PP.test", PublicPort = 443 }.PublicAddress);

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("0.0.0.0", "0.0.0.0")]
    [InlineData("[::]", "::")]
    [InlineData("::1, 127.0.0.1", "::1 127.0.0.1")]
    [InlineData("10.1.2.3,10.1.2.3", "10.1.2.3")]
    [InlineData("", null)]
    [InlineData("10.1", null)]
    [InlineData("10.1.2.3,", null)]
    [InlineData("localhost:80", null)]
    [InlineData("0x7f000001", null)]
    public void Bind_Addresses_AreRead(string bind, string? expected) =>
        Assert.Equal(expected, ListenAddresses.Parse(bind) is { } addresses ? string.Join(' ', addresses) : null);

    [Fact]
    public void Bind_Loopback_IsBothFamilies() =>
        Assert.Equal(System.Net.Sockets.Socket.OSSupportsIPv6 ? [IPAddress.Loopback, IPAddress.IPv6Loopback] : [IPAddress.Loopback], ListenAddresses.Parse("loopback")!);

    [Theory]
    [InlineData(20_000, 9_500)]
    [InlineData(1_024, 64)]
    [InlineData(256, 64)]
    [InlineData(long.MaxValue, 1_000_000)]
    public void DescriptorLimit_LeavesRoomForTwoDescriptorsEach(long descriptors, int expected) => Assert.Equal(expected, DescriptorLimit.For(descriptors));
}
