using System.Net;
using PortPortal.Auth;
using PortPortal.Engine.Common;

namespace PortPortal.Tests.Auth;

public sealed class PortalDefencesTests
{
    [Theory]
    [InlineData("same-site", "https://portal.fleet.test:8443")]
    [InlineData("cross-site", "https://evil.test")]
    [InlineData("same-origin", "https://evil.test")]
    [InlineData("", "https://3000-a1b2c3.fleet.test:8443")]
    [InlineData("", "https://portal.fleet.test")]
    [InlineData("", "http://portal.fleet.test:8443")]
    [InlineData("", "null")]
    [InlineData("none", "null")]
    public async Task Write_FromElsewhere_IsRefused(string site, string origin)
    {
        await using var host = await PortalHost.StartAsync();
        await host.AddAsync("mira", Role.Admin);
        using var browser = host.Browse();
        await browser.SubmitAsync("/sign-in", ("email", "mira@lark.test"), ("password", PortalHost.Password));
        Assert.Equal(HttpStatusCode.OK, (await browser.PostAsync("/admin-only", [])).StatusCode);

        var refused = await browser.SendAsync(From(HttpMethod.Post, "/admin-only", site, origin));
        var signOut = await browser.SendAsync(From(HttpMethod.Post, "/sign-out", site, origin));

        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, signOut.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/whoami")).StatusCode);
    }

    [Fact]
    public async Task WebSocket_FromAnotherSite_IsRefused()
    {
        await using var host = await PortalHost.StartAsync();
        await host.AddAsync("mira", Role.Admin);
        using var browser = host.Browse();
        await browser.SubmitAsync("/sign-in", ("email", "mira@lark.test"), ("password", PortalHost.Password));
        var request = From(HttpMethod.Get, "/_blazor?id=x", "", "https://evil.test");
        request.Headers.TryAddWithoutValidation("Connection", "Upgrade");
        request.Headers.TryAddWithoutValidation("Upgrade", "websocket");

        Assert.Equal(HttpStatusCode.Forbidden, (await browser.SendAsync(request)).StatusCode);
    }

    [Fact]
    public async Task Write_ByAScriptWithItsKey_NeedsNoOrigin()
    {
        await using var host = await PortalHost.StartAsync();
        using var script = host.Script(PortalHost.AdminKey);

        Assert.Equal(HttpStatusCode.OK, (await script.PostAsync("/v1/members", null)).StatusCode);
    }

    [Fact]
    public async Task Circuit_ByAStranger_IsRefusedBeforeItBegins()
    {
        await using var host = await PortalHost.StartAsync();
        using var browser = host.Browse();
        var request = new HttpRequestMessage(HttpMethod.Post, "/_blazor/negotiate?negotiateVersion=1");
        request.Headers.TryAddWithoutValidation("Accept", "*/*");

        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.SendAsync(request)).StatusCode);
    }

    [Fact]
    public async Task EveryAnswer_CarriesTheHeadersThatFenceThePortalIn()
    {
        await using var host = await PortalHost.StartAsync();
        using var browser = host.Browse();

        foreach (var path in new[] { "/sign-in", "/whoami", "/v1/whoami", "/nothing-here" })
        {
            var headers = (await browser.GetAsync(path)).Headers;
            var policy = headers.GetValues("Content-Security-Policy").Single();

            Assert.Contains("default-src 'self'", policy, StringComparison.Ordinal);
            Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
            Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
            Assert.Contains("form-action 'self' https://fleet.test:8443 https://*.fleet.test:8443;", policy, StringComparison.Ordinal);
            Assert.Equal("nosniff", headers.GetValues("X-Content-Type-Options").Single());
            Assert.Equal("same-origin", headers.GetValues("Referrer-Policy").Single());
            Assert.Equal("same-origin", headers.GetValues("Cross-Origin-Opener-Policy").Single());
            Assert.Equal("same-origin", headers.GetValues("Cross-Origin-Resource-Policy").Single());
            Assert.Equal("max-age=31536000", headers.GetValues("Strict-Transport-Security").Single());
        }
    }

    [Fact]
    public void Headers_OnThisMachinesOwnDomain_LeaveHstsOut()
    {
        var headers = new Microsoft.AspNetCore.Http.HeaderDictionary();

        new PortalHeaders(new("localhost", "portal.localhost", 8443)).Add(headers);

        Assert.False(headers.ContainsKey("Strict-Transport-Security"));
        Assert.Contains("https://*.localhost:8443", headers["Content-Security-Policy"].ToString(), StringComparison.Ordinal);
    }

    private static HttpRequestMessage From(HttpMethod method, string path, string site, string origin)
    {
        var request = new HttpRequestMessage(method, path);
        request.Headers.TryAddWithoutValidation("Sec-Fetch-Site", site);
        request.Headers.TryAddWithoutValidation("Origin", origin);
        return request;
    }
}
