using PortPortal.Components.Kit;

namespace PortPortal.Tests.Components.Kit;

public sealed class WordsTests
{
    [Theory]
    [InlineData(0, "0 s")]
    [InlineData(24, "24 s")]
    [InlineData(52 * 60, "52 min")]
    [InlineData((4 * 3600) + (48 * 60), "4 h 48 m")]
    [InlineData((1 * 3600) + (6 * 60), "1 h 06 m")]
    [InlineData(2 * 86400, "2 d")]
    [InlineData((2 * 86400) + (4 * 3600), "2 d 4 h")]
    public void Durations_Short_TwoUnitsAtMost(int seconds, string words) => Assert.Equal(words, DurationText.Short(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void Moments_OlderThanTwoDays_BecomeDates()
    {
        var now = new DateTimeOffset(2026, 3, 20, 12, 0, 0, TimeSpan.Zero);

        Assert.Equal("just now", DurationText.Ago(now.AddSeconds(-2), now));
        Assert.Equal("4 min ago", DurationText.Ago(now.AddMinutes(-4), now));
        Assert.Equal("17 Mar, 09:30", DurationText.Ago(new(2026, 3, 17, 9, 30, 0, TimeSpan.Zero), now));
        Assert.Equal("22 min left", DurationText.Left(now.AddMinutes(22), now));
        Assert.Equal("ended", DurationText.Left(now, now));
    }

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1000, "1 kB")]
    [InlineData(412_000, "412 kB")]
    [InlineData(999_600, "1 MB")]
    [InlineData(1_900_000, "1.9 MB")]
    [InlineData(18_400_000, "18.4 MB")]
    [InlineData(2_500_000_000, "2.5 GB")]
    public void Bytes_InWords_BaseThousandWithASpace(long bytes, string words) => Assert.Equal(words, ByteText.Size(bytes));

    [Theory]
    [InlineData("https://3000-k7f2qdm4x9ta.fleet.example.com/", 3000, "", "3000", "-k7f2qdm4x9ta", ".fleet.example.com")]
    [InlineData("https://my-app-3000.localhost:8443/", 3000, "my-app-", "3000", "", ".localhost:8443")]
    [InlineData("https://web.my-app.localhost:8443/", 3000, "", "", "web", ".my-app.localhost:8443")]
    [InlineData("https://30001-x.localhost/", 3000, "", "", "30001-x", ".localhost")]
    public void HostParts_OfAUrl_KeepThePortApart(string url, int port, string before, string number, string middle, string tail) =>
        Assert.Equal(new HostParts(before, number, middle, tail), HostParts.Of(new(url), port));

    [Fact]
    public void ChartPath_OfNothing_IsAFlatLine() => Assert.Equal("M0 18.5H59", ChartPath.Line(new double[60], 0, floor: 18.5, ceiling: 1.5));

    [Fact]
    public void ChartPath_OfValues_ReachesFloorAndCeiling() => Assert.Equal("M0 18L1 2L2 10", ChartPath.Line([0, 8, 4], 8, floor: 18, ceiling: 2));

    [Fact]
    public void Counts_OfOne_TakeTheSingular()
    {
        Assert.Equal("1 person", CountText.People(1));
        Assert.Equal("0 people", CountText.People(0));
    }
}
