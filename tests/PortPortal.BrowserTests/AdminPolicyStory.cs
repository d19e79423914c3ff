using System.Globalization;
using PortPortal.BrowserTests.Support;

namespace PortPortal.BrowserTests;

/// <summary>An admin writes a list and tests it, lowers the widest access after reading whom that hits, and sees it happen in somebody else's browser; the activity has it all.</summary>
public sealed class AdminPolicyStory
{
    private static readonly TimeSpan CutWithin = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Story_FromAListToALoweredCap()
    {
        await using var app = await EchoApp.StartAsync();
        await using var portal = await PortalProcess.StartAsync();
        await using var browser = await TrustingBrowser.StartAsync(portal.AuthorityPath);
        await portal.Api.RegisterSessionAsync("shop");
        var exposed = await portal.Api.ExposeAsync("shop", app.Port, "public");
        var (screen, admin) = await SetUpAsync(portal, browser);
        await using var page = admin;

        // 1 a list, written many rules at a time
        await page.OpenAsync("/access");
        await page.HoldsUpAsync();
        await screen.GetByRole(AriaRole.Button, new() { Name = "New allow-list" }).First.ClickAsync();
        await screen.GetByLabel("Name", new() { Exact = true }).FillAsync("design-partners");
        await screen.GetByRole(AriaRole.Button, new() { Name = "Create" }).ClickAsync();
        await screen.GetByLabel("Add rules").FillAsync("*@studio.example, !ex@studio.example, nina@");
        await Assertions.Expect(screen.GetByText("needs a domain.")).ToBeVisibleAsync();
        await screen.GetByRole(AriaRole.Button, new() { Name = "Add 2 rules" }).ClickAsync();
        await Assertions.Expect(screen.GetByRole(AriaRole.Cell, new() { Name = "Kept out" })).ToBeVisibleAsync();

        // 2 who gets in?
        await screen.GetByLabel("Check an address").FillAsync("ex@studio.example");
        await Assertions.Expect(screen.GetByText("Kept out by !ex@studio.example, although *@studio.example would let them in.")).ToBeVisibleAsync();
        await screen.GetByLabel("Check an address").FillAsync("ann@studio.example");
        await Assertions.Expect(screen.GetByText("Allowed by *@studio.example.")).ToBeVisibleAsync();
        await page.ShootAsync("access-lists");
        await page.HoldsUpAsync();

        // 3 somebody is at a public port
        var elsewhere = await browser.Chromium.NewContextAsync(View.Desktop.ToOptions());
        var visit = await elsewhere.NewPageAsync();
        await visit.GotoAsync(exposed.GetProperty("url").GetString()!);
        await Assertions.Expect(visit.Locator("#socket")).ToHaveTextAsync("hello");

        // 4 what a lower cap would do is said before it is done
        await page.OpenAsync("/access/policy");
        await screen.GetByRole(AriaRole.Switch, new() { Name = "Public" }).ClickAsync();
        var bar = screen.GetByRole(AriaRole.Region, new() { Name = "Unsaved changes" });
        await Assertions.Expect(bar).ToContainTextAsync("1 open port of Automation is narrowed, 1 person is disconnected.");
        await bar.GetByRole(AriaRole.Button, new() { Name = "Show it" }).ClickAsync();
        await Assertions.Expect(screen.GetByRole(AriaRole.Link, new() { Name = string.Create(CultureInfo.InvariantCulture, $"Port {app.Port}") })).ToBeVisibleAsync();
        await page.ShootAsync("access-policy-staged");
        await page.HoldsUpAsync();
        await Assertions.Expect(visit.Locator("#socket")).ToHaveTextAsync("hello");

        // 5 saved: the other browser is cut within a second, and finds a gate
        await screen.EvaluateAsync("addEventListener('click', () => { window.clickedAt = Date.now(); }, true)");
        await visit.EvaluateAsync("new MutationObserver(() => { window.closedAt = Date.now(); }).observe(document.getElementById('socket'), { childList: true })");
        await bar.GetByRole(AriaRole.Button, new() { Name = "Save policy" }).ClickAsync();
        await Assertions.Expect(visit.Locator("#socket")).ToHaveTextAsync("closed");
        var took = TimeSpan.FromMilliseconds(await visit.EvaluateAsync<double>("window.closedAt") - await screen.EvaluateAsync<double>("window.clickedAt"));
        Assert.InRange(took, TimeSpan.Zero, CutWithin);
        await visit.ReloadAsync();
        await Assertions.Expect(visit.Locator("h1")).ToHaveTextAsync("Enter the PIN");

        // 6 the owner is told, and may not widen it again
        await page.OpenAsync(string.Create(CultureInfo.InvariantCulture, $"/sessions/{exposed.GetProperty("sessionId").GetString()}?port={app.Port}"));
        await Assertions.Expect(screen.GetByText("so this port went from public to pin")).ToBeVisibleAsync();
        await Assertions.Expect(screen.GetByRole(AriaRole.Radio, new() { Name = "Public" })).ToBeDisabledAsync();
        await page.ShootAsync("session-narrowed");
        await page.HoldsUpAsync();

        // 7 all of it is in the activity, and leaves it as a file of either kind
        await page.OpenAsync("/activity?kind=access");
        await Assertions.Expect(screen.Locator(".event").First).ToBeVisibleAsync();
        foreach (var (item, entry) in new[] { ("As CSV", ",policy.changed,"), ("As JSON lines", "\"action\":\"policy.changed\"") })
        {
            await screen.GetByRole(AriaRole.Button, new() { Name = "Export" }).ClickAsync();
            var download = await screen.RunAndWaitForDownloadAsync(() => screen.GetByRole(AriaRole.Menuitem, new() { Name = item }).ClickAsync());
            Assert.Contains(entry, await File.ReadAllTextAsync(await download.PathAsync()), StringComparison.Ordinal);
        }
    }

    private static async Task<(IPage Screen, PageUnderTest Page)> SetUpAsync(PortalProcess portal, TrustingBrowser browser)
    {
        var options = View.Desktop.ToOptions();
        options.BaseURL = portal.Portal.ToString();
        var context = await browser.Chromium.NewContextAsync(options);
        var page = new PageUnderTest(await context.NewPageAsync(), View.Desktop);
        await page.OpenAsync(portal.SetUpLink!.ToString());
        await page.Page.GetByLabel("Your name").FillAsync("Ada Byron");
        await page.Page.GetByLabel("E-mail", new() { Exact = true }).FillAsync(PortalPeople.AdminEmail);
        await page.Page.GetByLabel("Passphrase", new() { Exact = true }).FillAsync(PortalPeople.AdminPassphrase);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Create admin" }).ClickAsync();
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "Skip for now" }).ClickAsync();
        await page.Page.ArrivesAtAsync(portal.Portal.ToString());
        return (page.Page, page);
    }
}
