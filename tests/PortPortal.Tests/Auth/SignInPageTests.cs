using System.Net;
using PortPortal.Auth;
using PortPortal.Engine.Accounts;
using PortPortal.Engine.Common;

namespace PortPortal.Tests.Auth;

public sealed class SignInPageTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task SignIn_RightPassword_SetsTheCookieAndReturnsToThePageAskedFor()
    {
        await using var host = await PortalHost.StartAsync();
        await host.AddAsync("mira", Role.Member);
        using var browser = host.Browse();
        var asked = await browser.GetAsync("/whoami?x=1");
        Assert.Equal("/sign-in?return=%2Fwhoami%3Fx%3D1", asked.Headers.Location?.OriginalString);

        var signedIn = await SignInAsync(browser, "mira", path: asked.Headers.Location!.OriginalString);

        Assert.Equal(HttpStatusCode.Redirect, signedIn.StatusCode);
        Assert.Equal("/whoami?x=1", PathOf(signedIn));
        Assert.Contains("mira", await (await browser.GetAsync("/whoami")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var cookie = signedIn.Headers.GetValues("Set-Cookie").Single(line => line.StartsWith(PortalCookie.Name, StringComparison.Ordinal));
        Assert.Matches("^__Host-pp_portal=[^;]+; expires=[^;]+; path=/; secure; samesite=lax; httponly$", cookie);
        Assert.DoesNotContain("domain", cookie, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task SignIn_ForeignReturn_LeadsHome()
    {
        await using var host = await PortalHost.StartAsync();
        await host.AddAsync("mira", Role.Member);
        using var browser = host.Browse();

        var signedIn = await SignInAsync(browser, "mira", path: "/sign-in?return=%2F%2Fevil.test%2F");

        Assert.Equal("portal.fleet.test:8443/", signedIn.Headers.Location?.IsAbsoluteUri is true ? signedIn.Headers.Location.Authority + signedIn.Headers.Location.PathAndQuery : "portal.fleet.test:8443" + signedIn.Headers.Location);
    }

    [Fact]
    public async Task SignIn_WrongPassword_Gets401AndNoCookie()
    {
        await using var host = await PortalHost.StartAsync();
        await host.AddAsync("mira", Role.Member);
        using var browser = host.Browse();

        var refused = await SignInAsync(browser, "mira", "wrong wrong wrong");

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.DoesNotContain(PortalCookie.Name, browser.Cookies.Keys);
        Assert.Contains("role=\"alert\"", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignIn_TooManyTries_Gets429WithRetryAfter()
    {
        await using var host = await PortalHost.StartAsync();
        await host.AddAsync("mira", Role.Member);
        using var browser = host.Browse();
        for (var i = 0; i < SignInLimits.PerAccount; i++)
        {
            await SignInAsync(browser, "mira", "wrong wrong wrong");
        }

        var locked = await SignInAsync(browser, "mira");

        Assert.Equal(HttpStatusCode.TooManyRequests, locked.StatusCode);
        Assert.Equal(SignInLimits.Window, locked.Headers.RetryAfter?.Delta);
    }

    [Fact]
    public async Task SignIn_WithoutAntiforgeryToken_IsRefused()
    {
        await using var host = await PortalHost.StartAsync();
        await host.AddAsync("mira", Role.Member);
        using var browser = host.Browse();

        var refused = await browser.PostAsync("/sign-in", new() { ["_handler"] = "sign-in", ["email"] = "mira@lark.test", ["password"] = PortalHost.Password });

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.DoesNotContain(PortalCookie.Name, browser.Cookies.Keys);
    }

    [Fact]
    public async Task SignIn_Again_EndsTheSignInThatWasThere()
    {
        await using var host = await PortalHost.StartAsync();
        await host.AddAsync("mira", Role.Member);
        using var browser = host.Browse();
        await SignInAsync(browser, "mira");
        var planted = browser.Cookies[PortalCookie.Name];
        var form = await host.Browse().GetAsync("/sign-in");
        Assert.Equal(HttpStatusCode.OK, form.StatusCode);

        await browser.PostAsync("/sign-out", []);
        await SignInAsync(browser, "mira");

        using var thief = host.Browse();
        thief.Cookies[PortalCookie.Name] = planted;
        Assert.Equal(HttpStatusCode.Redirect, (await thief.GetAsync("/whoami")).StatusCode);
        Assert.NotEqual(planted, browser.Cookies[PortalCookie.Name]);
    }

    [Fact]
    public async Task SignOut_CookieCopiedBefore_IsWorthNothing()
    {
        await using var host = await PortalHost.StartAsync();
        await host.AddAsync("mira", Role.Member);
        using var browser = host.Browse();
        await SignInAsync(browser, "mira");
        using var thief = host.Browse();
        thief.Cookies[PortalCookie.Name] = browser.Cookies[PortalCookie.Name];
        Assert.Equal(HttpStatusCode.OK, (await thief.GetAsync("/whoami")).StatusCode);

        var signedOut = await browser.PostAsync("/sign-out", []);

        Assert.Equal("/sign-in?out", signedOut.Headers.Location?.OriginalString);
        Assert.True(signedOut.Headers.Contains("Clear-Site-Data"));
        Assert.DoesNotContain(PortalCookie.Name, browser.Cookies.Keys);
        Assert.Equal(HttpStatusCode.Redirect, (await thief.GetAsync("/whoami")).StatusCode);
    }

    [Fact]
    public async Task Cookie_AfterTheSignInsLifetime_IsWorthNothing()
    {
        await using var host = await PortalHost.StartAsync();
        await host.AddAsync("mira", Role.Member);
        using var browser = host.Browse();
        await SignInAsync(browser, "mira");

        host.Time.Advance(TimeSpan.FromDays(14));

        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync("/whoami")).StatusCode);
    }

    [Fact]
    public async Task Cookie_LookAlikesAndDoubles_CountForNothing()
    {
        await using var host = await PortalHost.StartAsync();
        await host.AddAsync("mira", Role.Member);
        await host.AddAsync("evil", Role.Member);
        using var browser = host.Browse();
        using var other = host.Browse();
        await SignInAsync(browser, "mira");
        await SignInAsync(other, "evil");
        var (good, evil) = (browser.Cookies[PortalCookie.Name], other.Cookies[PortalCookie.Name]);

        var tossed = await WhoAmIAsync(browser, $"__Host-pp_portal={good}; __HOST-PP_PORTAL={evil}");
        var doubled = await WhoAmIAsync(browser, $"__Host-pp_portal={good}; __Host-pp_portal={evil}");
        var alone = await WhoAmIAsync(browser, $"__HOST-PP_PORTAL={evil}");

        Assert.Contains("mira", tossed, StringComparison.Ordinal);
        Assert.Equal("", doubled);
        Assert.Equal("", alone);
    }

    [Fact]
    public async Task RoleChange_OpenCookie_HasTheNewRightsAtOnce()
    {
        await using var host = await PortalHost.StartAsync();
        var root = await host.AddAsync("root", Role.Admin);
        var mira = await host.AddAsync("mira", Role.Admin);
        using var browser = host.Browse();
        await SignInAsync(browser, "mira");
        Assert.Equal(HttpStatusCode.OK, (await browser.PostAsync("/admin-only", [])).StatusCode);

        await host.Get<UserService>().ChangeAsync(mira.Id, new(Role: Role.Viewer), host.Accounts.FindActor(root.Id)!, [], None);
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.PostAsync("/admin-only", [])).StatusCode);

        await host.Get<UserService>().ChangeAsync(mira.Id, new(Disabled: true), host.Accounts.FindActor(root.Id)!, [], None);
        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync("/whoami")).StatusCode);
    }

    [Fact]
    public async Task Fetch_WithoutSignIn_Gets401AndProblemDetails()
    {
        await using var host = await PortalHost.StartAsync();
        using var browser = host.Browse();
        var request = new HttpRequestMessage(HttpMethod.Get, "/whoami");
        request.Headers.TryAddWithoutValidation("Accept", "application/json");

        var refused = await browser.SendAsync(request);

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType?.MediaType);
        Assert.Contains("\"code\":\"sign_in_required\"", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static async Task<string> WhoAmIAsync(Browser browser, string cookies)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/whoami");
        request.Headers.TryAddWithoutValidation("Cookie", cookies);
        var response = await browser.SendAsync(request);
        return response.IsSuccessStatusCode ? await response.Content.ReadAsStringAsync() : "";
    }

    private static Task<HttpResponseMessage> SignInAsync(Browser browser, string name, string password = PortalHost.Password, string path = "/sign-in") =>
        browser.SubmitAsync(path, ("email", $"{name}@lark.test"), ("password", password));

    private static string PathOf(HttpResponseMessage response) => response.Headers.Location is { IsAbsoluteUri: true } absolute ? absolute.PathAndQuery : response.Headers.Location!.OriginalString;
}
