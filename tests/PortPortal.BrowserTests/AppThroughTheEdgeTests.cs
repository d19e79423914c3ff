using System.Globalization;
using System.Text.Json;
using PortPortal.BrowserTests.Support;

namespace PortPortal.BrowserTests;

/// <summary>What a visitor with a real browser gets: the app itself, live, and nothing of it once they may not.</summary>
[Collection(PortalCollection.Name)]
public sealed class AppThroughTheEdgeTests(PortalFixture fixture)
{
    [Fact]
    public async Task S26_PublicApp_InARealBrowser_IsLiveUntilItsPortIsClosed()
    {
        var (session, url) = await ExposeAsync("public");
        await using var page = await fixture.NewPageAsync();
        var ticks = page.Page.Locator("#ticks");

        // 1. Its page, its WebSocket, its events, over a certificate that the browser accepts by itself.
        await page.Page.GotoAsync(url.ToString());
        await Assertions.Expect(page.Page.Locator("#socket")).ToHaveTextAsync("hello");
        var first = int.Parse(await ticks.InnerTextAsync(), CultureInfo.InvariantCulture);
        await Assertions.Expect(ticks).Not.ToHaveTextAsync(first.ToString(CultureInfo.InvariantCulture));

        // 2. Closing cuts what is open, within a second.
        await fixture.Portal.Api.CloseAsync(session, fixture.App.Port);
        await Assertions.Expect(page.Page.Locator("#socket")).ToHaveTextAsync("closed", new() { Timeout = 1_000 });
        var response = await page.Page.GotoAsync(url.ToString());
        Assert.Equal(404, response!.Status);
    }

    [Fact]
    public async Task P16_SsoApp_ForAStranger_LeadsThroughTheSignInToThePageAskedFor()
    {
        await using (await fixture.NewAdminPageAsync())
        {
            // There is an admin now.
        }

        var (_, url) = await ExposeAsync("sso");
        await using var page = await fixture.NewPageAsync();

        await page.Page.GotoAsync(new Uri(url, "users?from=mail").ToString());
        Assert.StartsWith(fixture.Portal.Portal.ToString(), page.Page.Url, StringComparison.Ordinal);
        await page.IsAccessibleAsync();
        await page.Page.GetByLabel("E-mail", new() { Exact = true }).FillAsync(PortalFixture.AdminEmail);
        await page.Page.GetByLabel("Passphrase", new() { Exact = true }).FillAsync(PortalFixture.AdminPassphrase);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();

        await page.Page.ArrivesAtAsync(new Uri(url, "users?from=mail").ToString());
        Assert.Contains("Ada", await page.Page.ContentAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task P40_App_OfARealBrowser_SeesWhereTheRequestCameFromAndNothingOfOurs()
    {
        var (_, url) = await ExposeAsync("public");
        await using var page = await fixture.NewPageAsync();
        await page.Page.GotoAsync(new Uri(url, "echo").ToString());

        var head = await page.Page.Locator("body").InnerTextAsync();

        Assert.Contains("X-Forwarded-For: 127.0.0.1", head.Replace("::1", "127.0.0.1", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("X-Forwarded-Proto: https", head, StringComparison.OrdinalIgnoreCase);
        Assert.Contains($"X-Forwarded-Host: {url.Authority}", head, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("__Host-pp_", head, StringComparison.Ordinal);
    }

    private async Task<(string Session, Uri Url)> ExposeAsync(string access)
    {
        JsonElement session = await fixture.Portal.Api.RegisterSessionAsync($"app-{Guid.NewGuid().ToString("N")[..8]}");
        var id = session.GetProperty("id").GetString()!;
        var exposed = await fixture.Portal.Api.ExposeAsync(id, fixture.App.Port, access);
        return (id, new Uri(exposed.GetProperty("url").GetString()!));
    }
}
