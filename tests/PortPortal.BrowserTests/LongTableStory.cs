using System.Globalization;
using PortPortal.BrowserTests.Support;

namespace PortPortal.BrowserTests;

/// <summary>A table of more sessions than a page holds: there is a row wherever one looks, what has the focus keeps it while its row changes, and the menu that all rows share is each row's own.</summary>
public sealed class LongTableStory : IAsyncLifetime
{
    private const int Sessions = 120;
    private readonly PortalFixture _own = new(); // so many sessions are no other test's business

    public Task InitializeAsync() => _own.InitializeAsync();

    public Task DisposeAsync() => _own.DisposeAsync();

    [Fact]
    public async Task Table_OfManySessions_HasARowWhereverOneLooks_AndKeepsTheFocusInARowThatChanges()
    {
        for (var i = 0; i < Sessions; i++)
        {
            await _own.Portal.Api.RegisterSessionAsync(string.Create(CultureInfo.InvariantCulture, $"fleet-{i:000}"));
        }

        await _own.Portal.Api.ExposeAsync("fleet-119", 3000, "sso");
        await using var page = await _own.NewAdminPageAsync();
        var screen = page.Page;
        await page.OpenAsync("/");

        // 1 the first rows, some between, and the last: by its name as well as by its state
        await Assertions.Expect(Row("fleet-000")).ToBeInViewportAsync();
        Assert.InRange(await screen.Locator("tr[data-pp-row]").CountAsync(), 10, 60);
        await screen.EvaluateAsync("() => scrollTo(0, document.scrollingElement.scrollHeight / 2)");
        await Assertions.Expect(Row("fleet-060")).ToBeInViewportAsync();
        await screen.EvaluateAsync("() => scrollTo(0, document.scrollingElement.scrollHeight)");
        await Assertions.Expect(Row("fleet-119")).ToBeInViewportAsync();

        // 2 the link under the focus is the same one after another cell of its row has changed
        var port = Row("fleet-119").GetByRole(AriaRole.Link, new() { Name = "Port 3000" });
        await port.FocusAsync();
        await _own.Portal.Api.ChangeAsync("fleet-119", 3000, new { access = "pin" });
        await Assertions.Expect(Row("fleet-119").Locator(".c-ac")).ToContainTextAsync("PIN");
        await Assertions.Expect(port).ToBeFocusedAsync();

        // 3 the menu that the rows share has the items of the row it was opened from, and the focus
        var menu = screen.Locator(".pp-menu:popover-open");
        await More("fleet-118").ClickAsync();
        await Assertions.Expect(menu).ToHaveAttributeAsync("aria-label", "More actions for fleet-118");
        await Assertions.Expect(menu.GetByRole(AriaRole.Menuitem, new() { Name = "Open" })).ToBeFocusedAsync();
        await Assertions.Expect(More("fleet-118")).ToHaveAttributeAsync("aria-expanded", "true");
        await screen.Keyboard.PressAsync("Escape");
        await Assertions.Expect(More("fleet-118")).ToBeFocusedAsync();
        await More("fleet-119").PressAsync("Enter");
        await Assertions.Expect(menu).ToHaveAttributeAsync("aria-label", "More actions for fleet-119");
        await Assertions.Expect(menu.GetByRole(AriaRole.Menuitem, new() { Name = "Open" })).ToBeFocusedAsync();
        await screen.Keyboard.PressAsync("ArrowDown");
        await Assertions.Expect(menu.GetByRole(AriaRole.Menuitem, new() { Name = "Share port 3000…" })).ToBeFocusedAsync();
        await screen.Keyboard.PressAsync("ArrowDown");
        await screen.Keyboard.PressAsync("Enter");
        await Assertions.Expect(Row("fleet-119")).ToContainTextAsync("Paused");
        await Assertions.Expect(Row("fleet-118")).Not.ToContainTextAsync("Paused");

        // 4 and back
        await screen.EvaluateAsync("() => scrollTo(0, 0)");
        await Assertions.Expect(Row("fleet-000")).ToBeInViewportAsync();
        page.LogsNoErrors();

        ILocator More(string name) => screen.GetByRole(AriaRole.Button, new() { Name = $"More actions for {name}" });

        ILocator Row(string name) => screen.Locator($"tr[aria-label='{name}']");
    }
}
