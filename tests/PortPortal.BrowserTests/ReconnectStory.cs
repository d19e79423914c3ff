using PortPortal.BrowserTests.Support;

namespace PortPortal.BrowserTests;

/// <summary>The portal goes away and comes back while somebody looks.</summary>
public sealed class ReconnectStory
{
    [Fact]
    public async Task Story_ThePortalIsRestarted_ThePageSaysSo_KeepsWhatItShows_AndGoesOnWhereItWas()
    {
        await using var portal = await PortalProcess.StartAsync();
        await using var browser = await TrustingBrowser.StartAsync(portal.AuthorityPath);
        var options = View.Desktop.ToOptions();
        options.BaseURL = portal.Portal.ToString();
        var context = await browser.Chromium.NewContextAsync(options);
        await using var page = new PageUnderTest(await context.NewPageAsync(), View.Desktop);
        var screen = page.Page;
        await page.OpenAsync(portal.SetUpLink!.ToString());
        await screen.GetByLabel("Your name").FillAsync("Ada Byron");
        await screen.GetByLabel("E-mail", new() { Exact = true }).FillAsync("ada@example.com");
        await screen.GetByLabel("Passphrase", new() { Exact = true }).FillAsync("four random words beat one");
        await screen.GetByRole(AriaRole.Button, new() { Name = "Create admin" }).ClickAsync();
        await screen.GetByRole(AriaRole.Link, new() { Name = "Skip for now" }).ClickAsync();
        await screen.ArrivesAtAsync(portal.Portal.ToString());
        await portal.Api.RegisterSessionAsync("kept");
        await portal.Api.ExposeAsync("kept", 4600, "sso");
        await page.OpenAsync("/sessions/kept?port=4600");
        await Assertions.Expect(screen.Locator("#port-4600 .editor")).ToBeVisibleAsync();

        // 1 gone: an amber bar with the age of the values, no modal, the values still there
        await portal.Child.KillAsync();
        var bar = screen.Locator("#pp-reconnect");
        await Assertions.Expect(bar).ToBeVisibleAsync(new() { Timeout = 40_000 });
        await Assertions.Expect(bar).ToContainTextAsync(new System.Text.RegularExpressions.Regex("Values are from \\d\\d:\\d\\d:\\d\\d", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)));
        await Assertions.Expect(screen.Locator("#port-4600")).ToBeVisibleAsync();
        Assert.Contains("saturate", await screen.EvaluateAsync<string>("getComputedStyle(document.querySelector('.pp-main > .detail')).filter"), StringComparison.Ordinal);
        foreach (var view in new[] { View.Phone, View.Phone with { Theme = ColorScheme.Dark }, View.Desktop with { Theme = ColorScheme.Dark }, View.Desktop })
        {
            await page.ShowAsync(view);
            await page.FitsItsWidthAsync();
            await page.ShootAsync("reconnecting");
        }

        // 2 back: the same page with the same row open, by itself
        await portal.RestartAsync();
        await Assertions.Expect(bar).ToBeHiddenAsync(new() { Timeout = 40_000 });
        await Assertions.Expect(screen.Locator("#port-4600 .editor")).ToBeVisibleAsync(new() { Timeout = 40_000 });
        await page.InteractiveAsync();
        await portal.Api.PauseAsync("kept");
        await Assertions.Expect(screen.Locator(".pp-head .pp-status")).ToHaveTextAsync("Paused");
    }
}
