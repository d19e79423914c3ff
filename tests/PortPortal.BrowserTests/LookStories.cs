using System.Text.RegularExpressions;
using PortPortal.BrowserTests.Support;

namespace PortPortal.BrowserTests;

/// <summary>Small things that the drawings show, done by hand: a phone's cards, the theme, the passphrase while it is made up.</summary>
[Collection(PortalCollection.Name)]
public sealed class LookStories(PortalFixture fixture)
{
    private const string Words = "correct horse battery staple";

    [Theory]
    [InlineData(390)]
    [InlineData(360)]
    public async Task Phone_Sessions_AreCardsWithoutAFilterBox_AndTheirJacksStandInOneLine(int width)
    {
        var view = View.Phone with { Name = width == View.Phone.Width ? "phone" : "small-phone", Width = width };
        var name = $"crowded-{width}";
        await fixture.Portal.Api.RegisterSessionAsync(name);
        foreach (var port in new[] { 45001, 45002, 45003, 45004 })
        {
            await fixture.Portal.Api.ExposeAsync(name, port, "sso");
        }

        await using var page = await fixture.NewAdminPageAsync(view);
        await page.OpenAsync("/");

        var jacks = page.Page.GetByRole(AriaRole.Row, new() { Name = name }).Locator(".pp-jacks > *");
        await Assertions.Expect(jacks).ToHaveCountAsync(4);
        await Assertions.Expect(jacks.Last).ToHaveTextAsync("+1");
        await Assertions.Expect(page.Page.GetByLabel("Filter sessions")).ToBeHiddenAsync();
        var middles = await jacks.EvaluateAllAsync<double[]>("all => all.map(one => one.getBoundingClientRect()).map(box => (box.top + box.bottom) / 2)");
        Assert.InRange(middles.Max() - middles.Min(), 0, 6);
        await page.HoldsUpInBothThemesAsync("sessions-crowded", view);

        await page.OpenAsync("/links");
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Table, new() { Name = "Share links" })).ToBeVisibleAsync();
        await Assertions.Expect(page.Page.GetByLabel("Filter links")).ToBeHiddenAsync();
        await page.HoldsUpInBothThemesAsync("links-crowded", view);

        // What an address filters by is seen, and can be taken away.
        await page.OpenAsync($"/?q={name}");
        await page.Page.GetByLabel("Filter sessions").FillAsync("");
        await Assertions.Expect(page.Page.GetByLabel("Filter sessions")).ToBeVisibleAsync();
        await fixture.Portal.Api.TerminateAsync(name);
    }

    [Fact]
    public async Task Settings_Look_ChangesThemeAndKeysAtOnce_AndKeepsThem()
    {
        await using var page = await fixture.NewAdminPageAsync();
        var look = page.Page.GetByRole(AriaRole.Region, new() { Name = "Look" });
        await page.OpenAsync("/settings#look");
        await Assertions.Expect(look.GetByRole(AriaRole.Radio, new() { Name = "System" })).ToBeCheckedAsync();

        await look.GetByText("Dark", new() { Exact = true }).ClickAsync();
        await look.GetByRole(AriaRole.Switch, new() { Name = "Single-key shortcuts" }).ClickAsync();

        Assert.Equal("rgb(10, 16, 17)", await page.Page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor"));
        await page.OpenAsync("/settings#look");
        await Assertions.Expect(look.GetByRole(AriaRole.Radio, new() { Name = "Dark" })).ToBeCheckedAsync();
        await Assertions.Expect(look.GetByRole(AriaRole.Switch)).ToHaveAttributeAsync("aria-checked", "false");
        await page.Page.Keyboard.PressAsync("?");
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Palette_Share_AsksForThePortByKeyboardAlone()
    {
        await fixture.Portal.Api.RegisterSessionAsync("handed");
        await fixture.Portal.Api.ExposeAsync("handed", 4600, "sso");
        await fixture.Portal.Api.ExposeAsync("handed", 4601, "sso");
        await using var page = await fixture.NewAdminPageAsync();
        await page.OpenAsync("/");
        var options = page.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Option);
        await page.Page.Keyboard.PressAsync("Control+k");
        await page.Page.Keyboard.TypeAsync("share a port of handed");
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Combobox, new() { Name = "Jump to" })).ToHaveValueAsync("share a port of handed");
        await Assertions.Expect(options).ToHaveCountAsync(1);
        await page.HoldsUpInBothThemesAsync("palette", View.Desktop);

        await page.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(options).ToHaveCountAsync(2);
        await page.Page.Keyboard.PressAsync("ArrowDown");
        await page.Page.Keyboard.PressAsync("Enter");

        await page.Page.ArrivesAtAsync(new Regex("share=4601"));
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Dialog, new() { Name = "Share" })).ToBeVisibleAsync();
        await fixture.Portal.Api.TerminateAsync("handed");
    }

    /// <summary>A portal that nobody has set up yet.</summary>
    [Fact]
    public async Task SetUp_Passphrase_IsMeasuredAndShown_AndAPasskeyComesNextWhereAsked()
    {
        await using var portal = await PortalProcess.StartAsync("--Nodes:WireGuard=Off");
        await using var browser = await TrustingBrowser.StartAsync(portal.AuthorityPath);
        var options = View.Desktop.ToOptions();
        options.BaseURL = portal.Portal.ToString();
        await using var page = new PageUnderTest(await (await browser.Chromium.NewContextAsync(options)).NewPageAsync(), View.Desktop);
        var passphrase = page.Page.GetByLabel("Passphrase", new() { Exact = true });
        await page.OpenAsync(portal.SetUpLink!.ToString());

        // 1 measured
        await passphrase.FillAsync("short");
        await Assertions.Expect(page.Page.GetByText("5 of at least 12 characters.")).ToBeVisibleAsync();
        await passphrase.FillAsync("aaaabbbbaaaabbbb");
        await Assertions.Expect(page.Page.GetByText("16 characters, weak.")).ToBeVisibleAsync();
        await passphrase.FillAsync(Words);
        await Assertions.Expect(page.Page.GetByText("28 characters, very strong.")).ToBeVisibleAsync();
        await Assertions.Expect(page.Page.Locator(".pp-meter > .on")).ToHaveCountAsync(4);

        // 2 shown
        var eye = page.Page.GetByRole(AriaRole.Button, new() { Name = "Show passphrase" });
        await eye.ClickAsync();
        await Assertions.Expect(passphrase).ToHaveAttributeAsync("type", "text");
        await Assertions.Expect(eye).ToHaveAttributeAsync("aria-pressed", "true");
        await page.HoldsUpInBothThemesAsync("set-up", View.Desktop);
        await page.HoldsUpInBothThemesAsync("set-up", View.Phone);
        await page.ShowAsync(View.Desktop);

        // 3 on to a passkey, and back
        await page.Page.GetByLabel("Your name").FillAsync("Ada Byron");
        await page.Page.GetByLabel("E-mail", new() { Exact = true }).FillAsync(PortalPeople.AdminEmail);
        await page.Page.GetByText("Add a passkey next").ClickAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Create admin" }).ClickAsync();
        await page.Page.ArrivesAtAsync(new Uri(portal.Portal, "/account?from=set-up").ToString());
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Button, new() { Name = "Add a passkey" })).ToBeVisibleAsync();
        await page.HoldsUpInBothThemesAsync("set-up-passkey", View.Desktop);
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "Go on with the set-up" }).ClickAsync();
        await page.Page.ArrivesAtAsync(new Uri(portal.Portal, "/set-up/sign-in").ToString());
    }
}
