using Bunit;
using Microsoft.EntityFrameworkCore;
using PortPortal.Components.Kit;
using PortPortal.Components.Pages;
using PortPortal.Engine.Audit;
using PortPortal.Engine.Common;
using PortPortal.Engine.Data;

namespace PortPortal.Tests.Components.Pages;

public sealed class ActivityPageTests
{
    [Fact]
    public async Task Activity_WhereNothingHappened_SaysWhatBelongsThere()
    {
        await using var bench = await PageBench.StartAsync();

        var page = bench.Open<Activity>("/activity");

        page.WaitForAssertion(() => Assert.Equal("Nothing happened in this time", page.Find(".pp-empty h3").TextContent));
    }

    [Fact]
    public async Task Activity_WhileOpen_ShowsWhatHappensByItself()
    {
        await using var bench = await PageBench.StartAsync();
        var page = bench.Open<Activity>("/activity");
        page.WaitForAssertion(() => page.Find(".pp-empty"));

        await bench.Api.RegisterSessionAsync("shop");

        page.WaitForAssertion(() => Assert.Contains("shop was registered", page.Find(".event .what").TextContent, StringComparison.Ordinal), TimeSpan.FromSeconds(5));
        Assert.StartsWith("1 event", page.Find(".pp-head .sub").TextContent.Trim(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Activity_UnderThePointer_HoldsNewEventsBackUntilAsked()
    {
        await using var bench = await PageBench.StartAsync();
        await bench.Api.RegisterSessionAsync("first");
        var page = bench.Open<Activity>("/activity");
        page.WaitForAssertion(() => page.Find(".event"));
        await page.Find(".events > div").TriggerEventAsync("onmouseenter", new Microsoft.AspNetCore.Components.Web.MouseEventArgs());

        await bench.Api.RegisterSessionAsync("second");
        page.WaitForAssertion(() => Assert.StartsWith("1 new event", page.Find(".pp-held").TextContent, StringComparison.Ordinal), TimeSpan.FromSeconds(5));
        Assert.Single(page.FindAll(".event"));
        await page.Find(".pp-held .link").ClickAsync();

        Assert.Equal(2, page.FindAll(".event").Count);
    }

    [Fact]
    public async Task Activity_Filtered_ShowsItsPartsAndOnlyWhatFits()
    {
        await using var bench = await PageBench.StartAsync();
        await bench.Api.RegisterSessionAsync("shop");
        await bench.Api.ExposeAsync("shop", 3100, "sso");

        var page = bench.Open<Activity>("/activity?kind=ports&session=shop");

        page.WaitForAssertion(() => Assert.Single(page.FindAll(".event")));
        Assert.Equal(["Kind ports", "Session shop"], page.FindAll(".pp-token").Select(token => token.TextContent.Trim()));
    }

    [Theory]
    [InlineData("Pacific/Auckland", 780, new[] { "6 January", "5 January" })]
    [InlineData("Nowhere/Unknown", -300, new[] { "5 January", "4 January" })]
    [InlineData("UTC", 0, new[] { "5 January" })]
    public async Task Activity_OfOneUtcDay_StandsUnderTheReadersOwnDays(string zone, int offset, string[] expected)
    {
        await using var bench = await PageBench.StartAsync();
        var morning = new DateTimeOffset(2026, 1, 5, 4, 30, 0, TimeSpan.Zero);
        await bench.Get<Database>().RunAsync(async db =>
        {
            db.AddRange(Event("early", morning), Event("late", morning.AddHours(14)));
            await db.SaveChangesAsync();
        });
        bench.Context.JSInterop.SetupModule("./js/times.js").Setup<ReaderZoneAnswer?>("zone").SetResult(new(zone, offset));

        var page = bench.Open<Activity>("/activity?after=2026-01-04T00:00:00Z&before=2026-01-07T00:00:00Z");

        page.WaitForAssertion(() => Assert.Equal(expected, page.FindAll(".events .day span").Select(day => day.TextContent)), TimeSpan.FromSeconds(10));
        Assert.Equal(2, page.FindAll(".event").Count);
        Assert.Equal(expected.Length, page.FindAll(".events ul").Count);
    }

    [Fact]
    public async Task Activity_ThatTheDatabaseDoesNotGive_SaysSoAndOffersToTryAgain()
    {
        await using var bench = await PageBench.StartAsync();
        await bench.Get<Database>().RunAsync(db => db.Database.ExecuteSqlRawAsync("ALTER TABLE Audit RENAME TO Elsewhere"));
        var page = bench.Open<Activity>("/activity");
        page.WaitForAssertion(() => Assert.Contains("could not be read", page.Find(".pp-empty[role=alert] h3").TextContent, StringComparison.Ordinal));

        await bench.Get<Database>().RunAsync(db => db.Database.ExecuteSqlRawAsync("ALTER TABLE Elsewhere RENAME TO Audit"));
        await page.Find(".pp-empty .pp-button").ClickAsync();

        page.WaitForAssertion(() => Assert.Empty(page.FindAll(".pp-empty[role=alert]")));
    }

    private static AuditEntry Event(string reason, DateTimeOffset at) => AuditEntry.By(Actor.System, TimeProvider.System, "session.changed", reason) with { At = at };
}
