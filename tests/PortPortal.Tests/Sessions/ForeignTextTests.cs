using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using PortPortal.Engine.Sessions;

namespace PortPortal.Tests.Sessions;

public sealed class ForeignTextTests
{
    [Theory]
    [InlineData("vite", "vite")]
    [InlineData("  a \t\r\n b  ", "a b")]
    [InlineData("red\u001b[31m", "red [31m")]
    [InlineData("evil\u202egpj.exe", "evil gpj.exe")]
    [InlineData("a\u2028b\u2029c", "a b c")]
    [InlineData("zero\u200bwidth\ufeff", "zero width")]
    [InlineData("<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>")]
    [InlineData("{{7*7}}", "{{7*7}}")]
    [InlineData("naïve 日本 🚀", "naïve 日本 🚀")]
    [InlineData("\0", "")]
    public void H8_ForeignText_IsShownWithoutWhatActs(string text, string expected) => Assert.Equal(expected, ForeignText.Clean(text, 64));

    [Fact]
    public void Clean_BytesThatAreNoUtf8_ShowThatSomethingWasThere() => Assert.Equal("a\ufffdb", ForeignText.Clean([(byte)'a', 0xFF, (byte)'b'], 64));

    [Theory]
    [InlineData(64, "x", 64)]
    [InlineData(64, "🚀", 63)]
    public void Clean_TooLong_IsCutBetweenCharactersAndMarked(int max, string piece, int length)
    {
        var clean = ForeignText.Clean(string.Concat(Enumerable.Repeat(piece, 1000)), max);

        Assert.Equal(length, clean.Length);
        Assert.EndsWith("…", clean, StringComparison.Ordinal);
        Assert.Equal(clean, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(clean)));
    }

    [Fact]
    public void Clean_AnyBytes_KeepsToItsPromises() => Prop.ForAll<byte[]>(bytes =>
    {
        var clean = ForeignText.Clean(bytes, 20);
        return clean.Length <= 20
            && clean == clean.Trim()
            && !clean.Contains("  ", StringComparison.Ordinal)
            && clean == Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(clean))
            && clean.EnumerateRunes().All(rune => Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.OtherNotAssigned));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
}
