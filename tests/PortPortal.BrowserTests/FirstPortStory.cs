using System.Globalization;
using PortPortal.BrowserTests.Support;

namespace PortPortal.BrowserTests;

/// <summary>The main job on a fresh machine: set up, see what listens, click it open, be in the app, see who is there, close it.</summary>
public sealed class FirstPortStory
{
    private static readonly TimeSpan CutWithin = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Story_FromTheSetUpLinkToAClosedPort()
    {
        await using var app = await EchoApp.StartAsync(port: FreePort.Next());
        await using var portal = await PortalProcess.StartAsync();
        await using var browser = await TrustingBrowser.StartAsync(portal.AuthorityPath);
        var options = View.Desktop.ToOptions();
        options.BaseURL = portal.Portal.ToString();
        var context = await browser.Chromium.NewContextAsync(options);
        await using var page = new PageUnderTest(await context.NewPageAsync(), View.Desktop);
        var (screen, port) = (page.Page, app.Port.ToString(CultureInfo.InvariantCulture));

        // 1 the link on the console creates the admin account
        await page.OpenAsync(portal.SetUpLink!.ToString());
        await page.HoldsUpAsync();
        await screen.GetByLabel("Your name").FillAsync("Ada Byron");
        await screen.GetByLabel("E-mail", new() { Exact = true }).FillAsync("ada@example.com");
        await screen.GetByLabel("Passphrase", new() { Exact = true }).FillAsync("four random words beat one");
        await screen.GetByRole(AriaRole.Button, new() { Name = "Create admin" }).ClickAsync();
        await Assertions.Expect(screen.GetByRole(AriaRole.Heading, new() { Name = "Connect sign-in" })).ToBeVisibleAsync();
        await page.InteractiveAsync();
        await page.HoldsUpAsync();
        await screen.GetByRole(AriaRole.Link, new() { Name = "Skip for now" }).ClickAsync();
        await screen.ArrivesAtAsync(portal.Portal.ToString());
        await page.InteractiveAsync();

        // 2 this machine shows the port that really listens
        var expose = screen.GetByRole(AriaRole.Button, new() { Name = $"Expose port {port}", Exact = true });
        await Assertions.Expect(expose).ToBeVisibleAsync();
        await page.HoldsUpAsync();

        // 3 one click opens it, and its page has the address
        await expose.ClickAsync();
        await Assertions.Expect(screen.GetByRole(AriaRole.Switch, new() { Name = $"Expose port {port}" })).ToBeCheckedAsync();
        await page.OpenAsync("/sessions/this-machine");
        var link = screen.Locator($"#port-{port} a[href^='https://{port}-this-machine.localhost']").First;
        await Assertions.Expect(link).ToBeVisibleAsync();
        await page.HoldsUpAsync();

        // 4 the address loads the app: sign-in is carried over, WebSocket and events work
        var visit = await context.NewPageAsync();
        await visit.GotoAsync((await link.GetAttributeAsync("href"))!);
        await Assertions.Expect(visit.Locator("#socket")).ToHaveTextAsync("hello");
        await Assertions.Expect(visit.Locator("#ticks")).ToHaveTextAsync(new System.Text.RegularExpressions.Regex("^[0-9]+$", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)));
        Assert.DoesNotContain(app.Requests, request => request.Contains("code=", StringComparison.Ordinal));

        // 5 the page shows who is connected, live
        var visitors = screen.GetByRole(AriaRole.Region, new() { Name = "Live connections" });
        await Assertions.Expect(visitors.GetByText("Ada Byron")).ToBeVisibleAsync();
        await page.ShootAsync("story-connected");
        await page.HoldsUpAsync();

        // 6 closing it cuts the open WebSocket within a second, and the page says so
        await screen.EvaluateAsync("addEventListener('click', () => { window.clickedAt = Date.now(); }, true)");
        await visit.EvaluateAsync("new MutationObserver(() => { window.closedAt = Date.now(); }).observe(document.getElementById('socket'), { childList: true })");
        await screen.GetByRole(AriaRole.Switch, new() { Name = $"Expose port {port}" }).ClickAsync();
        await Assertions.Expect(visit.Locator("#socket")).ToHaveTextAsync("closed");
        var took = TimeSpan.FromMilliseconds(await visit.EvaluateAsync<double>("window.closedAt") - await screen.EvaluateAsync<double>("window.clickedAt"));
        Assert.InRange(took, TimeSpan.Zero, CutWithin);
        await Assertions.Expect(visitors.GetByText("No one is connected")).ToBeVisibleAsync();
        await Assertions.Expect(screen.GetByRole(AriaRole.Button, new() { Name = $"Expose port {port}", Exact = true })).ToBeVisibleAsync();
        await visit.ReloadAsync();
        await Assertions.Expect(visit.Locator("h1")).Not.ToHaveTextAsync("Echo");
        await page.HoldsUpAsync();
    }
}
