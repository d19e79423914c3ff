using System.Globalization;
using PortPortal.Components.Kit;

namespace PortPortal.Tests.Components.Kit;

public sealed class ClockTicksTests
{
    [Theory]
    [InlineData("2026-11-24T15:58:00Z", "2026-11-25T15:58:00Z", "Yesterday 18:00|00:00|06:00|12:00")]
    [InlineData("2026-11-25T14:50:00Z", "2026-11-25T15:50:00Z", "Today 15:00|15:15|15:30|15:45")]
    [InlineData("2026-11-18T15:58:00Z", "2026-11-25T15:58:00Z", "19 Nov|20 Nov|21 Nov|22 Nov|23 Nov|Yesterday|Today")]
    [InlineData("2026-11-24T12:00:00Z", "2026-11-24T12:00:00Z", "")]
    public void Ticks_OfASpan_StandAtRoundTimes(string start, string end, string expected) =>
        Assert.Equal(expected, string.Join('|', Of(start, end, "UTC").Select(tick => tick.Words)));

    [Fact]
    public void Ticks_OfAZoneThatIsNotAtFullHours_AreFullHoursThere()
    {
        var ticks = Of("2026-11-24T15:58:00Z", "2026-11-25T15:58:00Z", "Asia/Kathmandu"); // 5:45 ahead

        Assert.Equal(["Today 00:00", "06:00", "12:00", "18:00"], ticks.Select(tick => tick.Words));
        Assert.Equal((18.25 - 15 - (58 / 60.0)) / 24, ticks[0].Place, 6);
    }

    [Fact]
    public void Ticks_AcrossTheHourThatSpringLeavesOut_StayAtTheClocksOwnHours()
    {
        var ticks = Of("2026-03-29T00:30:00Z", "2026-03-29T04:30:00Z", "Europe/Berlin");

        Assert.Equal(["29 Mar 03:00", "04:00", "05:00", "06:00"], ticks.Select(tick => tick.Words));
        Assert.Equal([0.125, 0.375, 0.625, 0.875], ticks.Select(tick => Math.Round(tick.Place, 3)));
    }

    private static IReadOnlyList<ClockTick> Of(string start, string end, string zone) =>
        ClockTicks.Of(At(start), At(end), At("2026-11-25T15:58:00Z"), TimeZoneInfo.FindSystemTimeZoneById(zone));

    private static DateTimeOffset At(string moment) => DateTimeOffset.Parse(moment, CultureInfo.InvariantCulture);
}
