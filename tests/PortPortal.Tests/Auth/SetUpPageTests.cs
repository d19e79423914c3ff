using System.Net;
using PortPortal.Auth;
using PortPortal.Engine.Common;

namespace PortPortal.Tests.Auth;

public sealed class SetUpPageTests
{
    [Fact]
    public async Task SetUp_PrintedLink_CreatesTheAdminAndSignsIn()
    {
        await using var host = await PortalHost.StartAsync();
        using var browser = host.Browse();

        var created = await browser.SubmitAsync(host.SetUpLink!.PathAndQuery, ("name", "Mira Osei"), ("email", "mira@lark.test"), ("password", PortalHost.Password));

        Assert.Equal(HttpStatusCode.Redirect, created.StatusCode);
        Assert.EndsWith("/set-up/sign-in", created.Headers.Location?.ToString(), StringComparison.Ordinal);
        Assert.Contains("Role = Admin", await (await browser.GetAsync("/whoami")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync(host.SetUpLink.PathAndQuery)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync("/set-up")).StatusCode);
    }

    [Fact]
    public async Task SetUp_FirstVisitorWithoutCode_GetsNothingButAnEmptyField()
    {
        await using var host = await PortalHost.StartAsync();
        using var browser = host.Browse();

        var page = await browser.GetAsync("/set-up");

        Assert.Equal(HttpStatusCode.Forbidden, page.StatusCode);
        Assert.DoesNotContain("name=\"password\"", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SetUp_CodeTypedByHand_LeadsToTheFormWithoutShowingInTheAddress()
    {
        await using var host = await PortalHost.StartAsync();
        using var browser = host.Browse();
        var code = host.SetUpLink!.Query.Split('=')[1];

        var page = await browser.SubmitAsync("/set-up", ("code", code.ToUpperInvariant()));

        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Contains("name=\"password\"", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("role=\"alert\">The", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SetUp_WrongCode_IsRefusedInTheFormToo()
    {
        await using var host = await PortalHost.StartAsync();
        using var browser = host.Browse();
        var right = await (await browser.GetAsync(host.SetUpLink!.PathAndQuery)).Content.ReadAsStringAsync();

        var page = await browser.GetAsync("/set-up?code=aaaaaaaaaaaaaaaaaaaaaaaaaa");
        var posted = await browser.SubmitAsync("/set-up", right, ("code", "aaaaaaaaaaaaaaaaaaaaaaaaaa"), ("name", "Eve"), ("email", "eve@lark.test"), ("password", PortalHost.Password));

        Assert.Equal(HttpStatusCode.Forbidden, page.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, posted.StatusCode);
        Assert.Empty(host.Accounts.Now.Users);
    }

    [Fact]
    public async Task SetUp_FaultyForm_ShowsAllFaultsAndKeepsWhatWasTyped()
    {
        await using var host = await PortalHost.StartAsync();
        using var browser = host.Browse();

        var refused = await browser.SubmitAsync(host.SetUpLink!.PathAndQuery, ("name", ""), ("email", "mira@"), ("password", "short"));

        var page = await refused.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Equal(3, page.Split("role=\"alert\"").Length - 1 - (page.Contains("id=\"pp-reconnect\"", StringComparison.Ordinal) ? 1 : 0) - (page.Contains("id=\"blazor-error-ui\"", StringComparison.Ordinal) ? 1 : 0));
        Assert.Contains("value=\"mira@\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("short", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SetUp_AdminKeyInTheEnvironment_LeavesTheLinkForThePortal()
    {
        await using var host = await PortalHost.StartAsync();

        using var script = host.Script(PortalHost.AdminKey);

        Assert.NotNull(host.SetUpLink);
        Assert.Contains("Role = Admin", await script.GetStringAsync("/v1/whoami"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SetUp_AnswersAreNeverStored()
    {
        await using var host = await PortalHost.StartAsync();
        using var browser = host.Browse();

        var page = await browser.GetAsync(host.SetUpLink!.PathAndQuery);

        Assert.True(page.Headers.CacheControl?.NoStore);
        Assert.Equal("same-origin", page.Headers.GetValues("Referrer-Policy").Single());
    }
}
