using PortPortal.BrowserTests.Support;

namespace PortPortal.BrowserTests;

/// <summary>An admin watches, looks closer and takes the list away.</summary>
[Collection(PortalCollection.Name)]
public sealed class ActivityStory(PortalFixture fixture)
{
    [Fact]
    public async Task Story_AnEvent_ShowsByItself_OpensToItsFacts_AndLeavesAsAFile()
    {
        await using var page = await fixture.NewAdminPageAsync();
        var screen = page.Page;
        await page.OpenAsync("/activity");

        // 1 what happens elsewhere shows here by itself
        await fixture.Portal.Api.RegisterSessionAsync("watched");
        await fixture.Portal.Api.ExposeAsync("watched", 4200, "pin");
        var row = screen.Locator(".event", new() { HasText = "Port 4200 of watched" }).First;
        await Assertions.Expect(row).ToBeVisibleAsync();

        // 2 by keyboard: to the row, open it, its facts
        await row.FocusAsync();
        await screen.Keyboard.PressAsync("Enter");
        await Assertions.Expect(row.GetByText("port.exposed")).ToBeVisibleAsync();
        await page.HoldsUpAsync();

        // 3 filter by typing; it stands in the address, and the back button undoes it
        await screen.Keyboard.PressAsync("/");
        await screen.Keyboard.TypeAsync("session:watched kind:ports");
        await screen.Keyboard.PressAsync("Enter");
        await screen.WaitForURLAsync(url => url.Contains("kind=ports", StringComparison.Ordinal) && url.Contains("session=watched", StringComparison.Ordinal));
        await Assertions.Expect(screen.Locator(".event")).ToHaveCountAsync(1);
        await page.HoldsUpAsync();

        // 4 the same list as a file
        await screen.GetByRole(AriaRole.Button, new() { Name = "Export" }).ClickAsync();
        var download = await screen.RunAndWaitForDownloadAsync(() => screen.GetByRole(AriaRole.Menuitem, new() { Name = "As JSON lines" }).ClickAsync());
        var lines = await File.ReadAllLinesAsync(await download.PathAsync());
        Assert.Contains("\"action\":\"port.exposed\"", Assert.Single(lines), StringComparison.Ordinal);

        await screen.GoBackAsync();
        await Assertions.Expect(screen.Locator(".event", new() { HasText = "watched was registered" })).ToBeVisibleAsync();
    }
}
