using System.Text.RegularExpressions;
using PortPortal.BrowserTests.Support;

namespace PortPortal.BrowserTests;

/// <summary>Small things that the drawings show, done by hand: a phone's cards, the theme, the passphrase while it is made up.</summary>
[Collection(PortalCollection.Name)]
public sealed class LookStories(PortalFixture fixture)
{
    private static readonly int[] Widths = [721, 768, 880, 881, 1023, 1024, 1180, 1181, 1259, 1260, 1280, 1320, 1321, 1439, 1440, 1920]; // on both sides of every change of the columns
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
        await page.FitsItsWidthAsync();
        await page.ShootAsync("sessions-crowded");

        await page.OpenAsync("/links");
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Table, new() { Name = "Share links" })).ToBeVisibleAsync();
        await Assertions.Expect(page.Page.GetByLabel("Filter links")).ToBeHiddenAsync();
        await page.FitsItsWidthAsync();
        await page.ShootAsync("links-crowded");

        // What an address filters by is seen, and can be taken away.
        await page.OpenAsync($"/?q={name}");
        await page.Page.GetByLabel("Filter sessions").FillAsync("");
        await Assertions.Expect(page.Page.GetByLabel("Filter sessions")).ToBeVisibleAsync();
        await fixture.Portal.Api.TerminateAsync(name);
    }

    [Fact]
    public async Task Desktop_Sessions_AtEveryWidth_KeepTheirCellsApart()
    {
        const string name = "wide";
        await fixture.Portal.Api.RegisterSessionAsync(name);
        foreach (var port in new[] { 45001, 45002, 45003, 45004 })
        {
            await fixture.Portal.Api.ExposeAsync(name, port, "sso");
        }

        await using var page = await fixture.NewAdminPageAsync();
        await page.OpenAsync("/");

        var row = page.Page.GetByRole(AriaRole.Row, new() { Name = name });
        await Assertions.Expect(row.Locator(".pp-jacks > *")).ToHaveCountAsync(4);
        foreach (var width in Widths)
        {
            await page.ShowAsync(View.Desktop with { Width = width });
            var (more, chip, menu, table) = (await BoxAsync(row.Locator(".pp-jacks > :last-child")), await BoxAsync(row.Locator(".c-ac > *")), await BoxAsync(row.Locator(".c-mo")), await BoxAsync(page.Page.Locator("section:has(> .sessions)")));
            Assert.True(more.X + more.Width <= chip.X, $"At {width}: +1 ends at {more.X + more.Width}, and the chip begins at {chip.X}.");
            Assert.True(menu.X + menu.Width <= table.X + table.Width, $"At {width}: the menu ends at {menu.X + menu.Width}, the panel at {table.X + table.Width}.");
        }

        await fixture.Portal.Api.TerminateAsync(name);
    }

    [Theory]
    [MemberData(nameof(View.Sizes), MemberType = typeof(View))]
    public async Task Profiles_SessionAtItsLimit_IsRaisedInPlace(View view)
    {
        var (profile, name) = ($"lab-{view.Name}", $"full-{view.Name}");
        await fixture.Portal.Api.SendAsync(HttpMethod.Post, "/v1/profiles", new { name = profile, maxExposedPorts = 1 });
        await fixture.Portal.Api.RegisterSessionAsync(new { name, address = "127.0.2.7", profile });
        await fixture.Portal.Api.ExposeAsync(name, 4700, "sso");
        await using var page = await fixture.NewAdminPageAsync(view);
        await page.OpenAsync("/access/profiles");
        await page.HoldsUpInBothThemesAsync("access-profiles-close", view);

        await page.Page.GetByRole(AriaRole.Button, new() { Name = $"Raise for this session: {name}" }).ClickAsync();
        await Assertions.Expect(page.Page.GetByLabel("HTTP ports", new() { Exact = true })).ToHaveValueAsync("2");
        await page.HoldsUpInBothThemesAsync("raise", view);
        await page.Page.GetByLabel("HTTP ports", new() { Exact = true }).FillAsync("4");
        await page.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Raise" }).ClickAsync();

        await Assertions.Expect(page.Page.GetByText($"{name} has more room")).ToBeVisibleAsync();
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Button, new() { Name = $"Raise for this session: {name}" })).ToHaveCountAsync(0);
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = $"For {name} alone, from {profile}" })).ToContainTextAsync("4");
        await fixture.Portal.Api.TerminateAsync(name);
        await fixture.Portal.Api.SendAsync(HttpMethod.Delete, $"/v1/profiles/{profile}");
        await fixture.Portal.Api.SendAsync(HttpMethod.Delete, $"/v1/profiles/{name}");
    }

    [Theory]
    [MemberData(nameof(View.Sizes), MemberType = typeof(View))]
    public async Task Sessions_FilterFindsNothing_HoldsUp(View view)
    {
        var name = $"checkout-{view.Name}";
        await fixture.Portal.Api.RegisterSessionAsync(name);
        await using var page = await fixture.NewAdminPageAsync(view);
        await page.OpenAsync($"/?q=checkuot-{view.Name}");
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Button, new() { Name = $"Search for {name}" })).ToBeVisibleAsync();
        await page.HoldsUpInBothThemesAsync("filter-empty", view);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = $"Search for {name}" }).ClickAsync();
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Row, new() { Name = name })).ToBeVisibleAsync();
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

    private static async Task<LocatorBoundingBoxResult> BoxAsync(ILocator what) => (await what.BoundingBoxAsync())!;
}
