using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using PortPortal.Engine.Access;
using PortPortal.Engine.Edge;

namespace PortPortal.Tests.Edge;

/// <summary>A session that calls itself by its public name, over plain HTTP; who it is, a stub says here and a network namespace in the system tests.</summary>
public sealed class CallBackTests
{
    [Fact]
    public async Task M15_SessionsOwnRequest_IsServedOverPlainHttp_WithoutAGate()
    {
        await using var app = await EchoApp.StartAsync();
        await using var world = await StartAsync("session1");
        var own = world.Expose(new IPEndPoint(IPAddress.Loopback, app.Port), AccessMode.Sso);

        var answer = await world.RawAsync("", $"GET /echo HTTP/1.1\r\nHost: {EdgeWorld.HostOf(own)}:{world.Port}\r\nCookie: __Host-pp_x=1; mine=2\r\nConnection: close\r\n\r\n", tls: false);

        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        Assert.Contains("X-Forwarded-Proto: http\r\n", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("__Host-pp_", answer, StringComparison.Ordinal);
        Assert.Contains("mine=2", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task M15_AnotherSessionsExposure_IsOnlyToBeHadOverHttps()
    {
        await using var app = await EchoApp.StartAsync();
        await using var world = await StartAsync("session1");
        world.Expose(new IPEndPoint(IPAddress.Loopback, app.Port), AccessMode.Sso);
        var other = world.Expose(new IPEndPoint(IPAddress.Loopback, app.Port));

        foreach (var (host, path) in new[] { (EdgeWorld.HostOf(other), "/"), ($"3000-nobody.{EdgeWorld.Base}", "/"), (EdgeWorld.Portal, "/"), (EdgeWorld.Base, "/"), ($"3000-session1.{EdgeWorld.Base}", "/.portportal/pin") })
        {
            var answer = await world.RawAsync("", $"GET {path} HTTP/1.1\r\nHost: {host}:{world.Port}\r\nConnection: close\r\n\r\n", tls: false);

            Assert.StartsWith("HTTP/1.1 301", answer, StringComparison.Ordinal);
            Assert.Contains($"Location: https://{host}:{world.Port}{path}", answer, StringComparison.Ordinal);
        }

        Assert.Empty(app.Requests);
    }

    [Fact]
    public async Task M15_OverHttps_TheSessionMeetsTheGateLikeAnybody()
    {
        await using var app = await EchoApp.StartAsync();
        await using var world = await StartAsync("session1");
        var own = world.Expose(new IPEndPoint(IPAddress.Loopback, app.Port), AccessMode.Pin);
        using var client = world.NewClient();

        using var response = await client.GetAsync(world.UrlOf(own));

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task M15_LongAnswerToItself_IsNotCutByTheNextLook()
    {
        await using var app = await EchoApp.StartAsync();
        await using var world = await StartAsync("session1");
        var own = world.Expose(new IPEndPoint(IPAddress.Loopback, app.Port), AccessMode.Sso);

        var answer = await world.RawAsync("", $"GET /slow?ms=2500 HTTP/1.1\r\nHost: {EdgeWorld.HostOf(own)}:{world.Port}\r\nConnection: close\r\n\r\n", tls: false);

        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
    }

    private static Task<EdgeWorld> StartAsync(string session) =>
        EdgeWorld.StartAsync(adapt: services => services.Replace(ServiceDescriptor.Singleton(new CallBacks((peer, id) => IPAddress.IsLoopback(peer) && id == session))));
}
