using System.Globalization;
using System.Text.RegularExpressions;
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
        await screen.ArrivesAtAsync(new Regex("(?=.*kind=ports).*session=watched"));
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

    [Fact]
    public async Task Reader_OnTheOtherSideOfMidnight_SeesTheirOwnDayAndTime()
    {
        // 1 somewhere it is always another day than in UTC
        var zone = TimeZoneInfo.FindSystemTimeZoneById(TimeProvider.System.GetUtcNow().Hour >= 10 ? "Pacific/Kiritimati" : "Pacific/Pago_Pago");
        await fixture.Portal.Api.RegisterSessionAsync("faraway");
        await using var page = await fixture.NewAdminPageAsync(View.Desktop with { Zone = zone.Id });
        var screen = page.Page;
        await page.OpenAsync("/activity?session=faraway");
        var moment = screen.Locator(".event pp-local-time").First;
        await moment.WaitForAsync();
        var at = Here(await moment.GetAttributeAsync("at"));

        // 2 the day above the row, the time in it, and both zones in what is read on pointing at it
        await Assertions.Expect(screen.Locator(".events .day")).ToHaveTextAsync($"Today {at.ToString("d MMMM", CultureInfo.InvariantCulture)}");
        Assert.Equal(at.ToString("HH:mm:ss", CultureInfo.InvariantCulture), await moment.EvaluateAsync<string>("one => one.shadowRoot.textContent"));
        var both = await moment.EvaluateAsync<string>("one => one.shadowRoot.firstChild.title");
        Assert.Contains(at.ToString("HH:mm:ss", CultureInfo.InvariantCulture), both, StringComparison.Ordinal);
        Assert.EndsWith(at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss' UTC'", CultureInfo.InvariantCulture), both, StringComparison.Ordinal);

        // 3 a distance in time tells the moment, by both clocks, once it is pointed at
        await page.OpenAsync("/sessions/faraway");
        var since = screen.Locator(".pp-head time");
        var began = Here(await since.GetAttributeAsync("datetime"));
        var utc = began.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss' UTC'", CultureInfo.InvariantCulture);
        await Assertions.Expect(since).ToHaveAttributeAsync("title", utc);
        await since.HoverAsync();
        await Assertions.Expect(since).ToHaveAttributeAsync("title", new Regex($"{began:HH:mm:ss} · {utc}$", RegexOptions.None, TimeSpan.FromSeconds(1)));
        page.LogsNoErrors();
        await fixture.Portal.Api.SendAsync(HttpMethod.Delete, "/v1/sessions/faraway");

        DateTimeOffset Here(string? utcMoment) => TimeZoneInfo.ConvertTime(DateTimeOffset.Parse(utcMoment!, CultureInfo.InvariantCulture), zone);
    }
}
