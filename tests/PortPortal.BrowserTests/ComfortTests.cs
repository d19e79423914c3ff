using System.Text.RegularExpressions;
using PortPortal.BrowserTests.Support;

namespace PortPortal.BrowserTests;

/// <summary>For people who do not see, point or wait as others do: keyboard alone, little motion, forced colours, large type; and nothing from elsewhere.</summary>
[Collection(PortalCollection.Name)]
public sealed class ComfortTests(PortalFixture fixture)
{
    private static readonly string[] Places = ["/", "/activity", "/users", "/settings", "/outbox"];

    /// <remarks>WCAG 1.4.10: 320 CSS pixels are 1280 at 400 %, and less than a phone.</remarks>
    [Fact]
    public async Task Page_AsNarrowAs320Pixels_ScrollsOneWayOnly()
    {
        await using var page = await fixture.NewAdminPageAsync(new View("narrow", 320, 640, ColorScheme.Light));
        foreach (var place in Places)
        {
            await page.OpenAsync(place);
            await page.FitsItsWidthAsync();
        }
    }

    [Fact]
    public async Task Page_At200Percent_ScrollsOneWayOnly()
    {
        await using var page = await fixture.NewAdminPageAsync(new View("doubled", 720, 450, ColorScheme.Light));
        foreach (var place in Places)
        {
            await page.OpenAsync(place);
            await page.FitsItsWidthAsync();
        }
    }

    [Fact]
    public async Task Page_ForReducedMotion_MovesNothing()
    {
        await using var page = await fixture.NewAdminPageAsync();
        foreach (var place in Places)
        {
            await page.OpenAsync(place);
            var moving = await page.Page.EvaluateAsync<string[]>("""
                document.getAnimations().filter(a => a.playState === "running" && a.effect.getComputedTiming().duration > 1)
                  .map(a => `${a.animationName ?? a.transitionProperty} on ${a.effect.target.className}`)
                """);
            Assert.Empty(moving);
        }
    }

    [Fact]
    public async Task Page_InForcedColours_KeepsWhatTellsStatesApart()
    {
        await fixture.Portal.Api.RegisterSessionAsync("forced");
        await fixture.Portal.Api.ExposeAsync("forced", 4400, "sso");
        await using var page = await fixture.NewAdminPageAsync();
        await page.Page.EmulateMediaAsync(new() { ForcedColors = ForcedColors.Active });
        await page.OpenAsync("/sessions/forced");

        var jack = page.Page.Locator(".pp-jack").First;
        Assert.NotEqual("0px", await jack.EvaluateAsync<string>("jack => getComputedStyle(jack).borderTopWidth"));
        await page.ShootAsync("forced-colours");
        await page.HoldsUpAsync();
    }

    [Fact]
    public async Task Page_Loaded_AsksNoOtherHost()
    {
        await using var page = await fixture.NewAdminPageAsync();
        var foreign = new List<string>();
        page.Page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(fixture.Portal.Portal.ToString(), StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal))
            {
                foreign.Add(request.Url);
            }
        };
        foreach (var place in Places)
        {
            await page.OpenAsync(place);
        }

        Assert.Empty(foreign);
    }

    /// <summary>The server knows the chosen theme from a cookie, so the first bytes have it already, before any script.</summary>
    [Fact]
    public async Task Page_FirstPaint_HasTheChosenTheme()
    {
        await using var page = await fixture.NewAdminPageAsync();
        await page.Page.Context.AddCookiesAsync([new() { Name = "pp_theme", Value = "dark", Url = fixture.Portal.Portal.ToString() }]);
        await page.Page.Context.RouteAsync("**/*.js", route => route.AbortAsync());

        await page.Page.GotoAsync("/activity");

        Assert.Equal("dark", await page.Page.Locator("html").GetAttributeAsync("data-theme"));
        Assert.Equal("rgb(10, 16, 17)", await page.Page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor"));
    }

    [Fact]
    public async Task Typing_FasterThanTheServerAnswers_LosesNothing()
    {
        const string Text = "the.quick.brown.fox.jumps.over@lazy.dog.example";
        await using var page = await fixture.NewAdminPageAsync();
        await page.OpenAsync("/");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Expose a port" }).First.ClickAsync();
        await Assertions.Expect(page.Page.GetByLabel("Port", new() { Exact = true })).ToBeFocusedAsync();
        var chrome = await page.Page.Context.NewCDPSessionAsync(page.Page);
        await chrome.SendAsync("Network.enable");
        await chrome.SendAsync("Network.emulateNetworkConditions", new() { ["offline"] = false, ["latency"] = 300, ["downloadThroughput"] = -1, ["uploadThroughput"] = -1 });

        foreach (var label in new[] { "Label", "Who is on the list" })
        {
            if (label != "Label")
            {
                await page.Page.GetByRole(AriaRole.Dialog).GetByText("E-mail", new() { Exact = true }).ClickAsync();
            }

            var field = page.Page.GetByLabel(label, new() { Exact = true });
            await field.ClickAsync();
            await page.Page.Keyboard.TypeAsync(Text);
            await Task.Delay(TimeSpan.FromSeconds(1));
            Assert.Equal(Text, await field.InputValueAsync());
            await field.FillAsync("");
        }
    }

    [Fact]
    public async Task Story_ByKeyboardAlone_ExposesAPortAndClosesItAgain()
    {
        await fixture.Portal.Api.RegisterSessionAsync("keyed");
        await using var page = await fixture.NewAdminPageAsync();
        var (screen, keys) = (page.Page, page.Page.Keyboard);
        await page.OpenAsync("/");

        // 1 the filter, the row, its page
        await keys.PressAsync("/");
        await keys.TypeAsync("keyed");
        await Assertions.Expect(screen.Locator(".sessions tbody tr")).ToHaveCountAsync(1);
        await keys.PressAsync("Escape");
        await keys.PressAsync("j");
        await keys.PressAsync("Enter");
        await Assertions.Expect(screen.Locator(".pp-head h1")).ToHaveTextAsync("keyed");

        // 2 the palette knows the list of keys; Esc brings the focus back
        await keys.PressAsync("?");
        await Assertions.Expect(screen.GetByRole(AriaRole.Dialog, new() { Name = "Keyboard" })).ToBeVisibleAsync();
        await keys.PressAsync("Escape");
        await Assertions.Expect(screen.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);

        // 3 expose through the dialog: tab to the button, type, Enter
        var expose = screen.GetByRole(AriaRole.Button, new() { Name = "Expose a port" });
        await expose.FocusAsync();
        await keys.PressAsync("Enter");
        await Assertions.Expect(screen.GetByLabel("Port", new() { Exact = true })).ToBeFocusedAsync();
        await keys.TypeAsync("4500");
        await keys.PressAsync("Enter");
        await Assertions.Expect(screen.Locator("#port-4500 .pp-url")).ToBeVisibleAsync();

        // 4 in its row: e closes it
        await screen.Locator("#port-4500").FocusAsync();
        await keys.PressAsync("e");
        await Assertions.Expect(screen.Locator("#port-4500 .pp-switch")).ToHaveCountAsync(0);

        // 5 g and a letter goes elsewhere
        await keys.PressAsync("g");
        await keys.PressAsync("a");
        await screen.ArrivesAtAsync(new Regex("/activity"));
    }

    [Fact]
    public async Task Palette_TypedIntoBeforeItIsThere_LooksForAllOfIt()
    {
        await using var page = await fixture.NewAdminPageAsync();
        await page.OpenAsync("/");

        await page.Page.Keyboard.PressAsync("Control+k");
        await page.Page.Keyboard.TypeAsync("settings");

        await Assertions.Expect(page.Page.GetByRole(AriaRole.Combobox, new() { Name = "Jump to" })).ToHaveValueAsync("settings");
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Option)).ToHaveTextAsync(new Regex("Settings"));
    }

    [Fact]
    public async Task SingleKeys_TurnedOff_DoNothing()
    {
        await using var page = await fixture.NewAdminPageAsync();
        await page.OpenAsync("/");
        await page.Page.EvaluateAsync("localStorage.setItem('pp_keys', 'off')");

        await page.Page.Keyboard.PressAsync("?");
        await page.Page.Keyboard.PressAsync("/");

        await Assertions.Expect(page.Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        Assert.False(await page.Page.EvaluateAsync<bool>("document.activeElement.matches('[data-pp-filter]')"));
    }
}
