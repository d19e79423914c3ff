using PortPortal.Cli;
using PortPortal.Cli.Output;

namespace PortPortal.Tests.Cli;

/// <summary>What is typed and what is shown, without a portal.</summary>
public sealed class WordsTests
{
    [Theory]
    [InlineData("my-app:3000", "my-app", 3000, null)]
    [InlineData("my-app:web", "my-app", null, "web")]
    [InlineData("3000", "this-machine", 3000, null)]
    [InlineData("run_k7f2qdm4x9ta:3000", "k7f2qdm4x9ta", 3000, null)]
    public void PortAddress_WellFormed_IsRead(string text, string session, int? port, string? endpoint)
    {
        Assert.True(PortAddress.TryParse(text, out var address));
        Assert.Equal(new PortAddress(session, port, endpoint), address);
    }

    [Theory]
    [InlineData("")]
    [InlineData(":")]
    [InlineData(":3000")]
    [InlineData("my-app:")]
    [InlineData("my-app:0")]
    [InlineData("my-app:65536")]
    [InlineData("my-app:99999999999")]
    [InlineData("my-app")]
    public void PortAddress_Malformed_IsNot(string text) => Assert.False(PortAddress.TryParse(text, out _));

    [Theory]
    [InlineData("90s", 90)]
    [InlineData("15m", 900)]
    [InlineData("24h", 86_400)]
    [InlineData("7d", 604_800)]
    public void Duration_WellFormed_IsRead(string text, int seconds)
    {
        Assert.True(Duration.TryParse(text, out var duration));
        Assert.Equal(seconds, duration.TotalSeconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("h")]
    [InlineData("1")]
    [InlineData("0h")]
    [InlineData("-1h")]
    [InlineData("1.5h")]
    [InlineData("9999999d")]
    [InlineData("1 h")]
    public void Duration_Malformed_IsNot(string text) => Assert.False(Duration.TryParse(text, out _));

    [Theory]
    [InlineData(0, "0s ago")]
    [InlineData(59, "59s ago")]
    [InlineData(120, "2m ago")]
    [InlineData(7_300, "2h ago")]
    [InlineData(200_000, "2d ago")]
    public void M08_Age_IsInOneUnit(int seconds, string text) => Assert.Equal(text, Duration.Ago(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void Columns_OfRows_AreAsWideAsTheirWidestCell() => Assert.Equal(
        """
        NAME       STATE
        dark-mode  running
        x          paused
        """.ReplaceLineEndings(),
        Columns.Of(["NAME", "STATE"], [["dark-mode", "running"], ["x", "paused"]]));

    [Theory]
    [InlineData("a\u001b[31mb", "a·[31mb")]
    [InlineData("a\u202egnp.exe", "a·gnp.exe")]
    [InlineData("Größe – 東京", "Größe – 東京")]
    public void Text_OfStrangers_CannotMoveTheCursor(string text, string shown) => Assert.Equal(shown, Plain.Text(text));
}
