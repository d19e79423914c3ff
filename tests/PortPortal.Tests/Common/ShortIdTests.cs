using FsCheck;
using FsCheck.Fluent;
using PortPortal.Engine.Common;

namespace PortPortal.Tests.Common;

public sealed class ShortIdTests
{
    [Fact]
    public void New_ManyTimes_IsWellFormedADnsLabelAndNeverTwice()
    {
        var ids = Enumerable.Range(0, 10_000).Select(_ => ShortId.New()).ToList();

        Assert.All(ids, id => Assert.True(ShortId.IsWellFormed(id) && DnsLabel.IsWellFormed(id), id));
        Assert.Equal(ids.Count, ids.Distinct(StringComparer.Ordinal).Count());
    }

    [Theory]
    [InlineData(26)]
    [InlineData(52)]
    public void NewToken_OfALength_HasThatLengthInTheSameAlphabet(int length)
    {
        var token = ShortId.NewToken(length);

        Assert.Equal(length, token.Length);
        Assert.DoesNotContain(token, c => c is not ((>= 'a' and <= 'z') or (>= '2' and <= '7')));
    }

    [Theory]
    [InlineData("")]
    [InlineData("k7f2qdm4x9ta")] // 9 is not base32
    [InlineData("K7F2QDM4X5TA")]
    [InlineData("k7f2qdm4x5t")]
    [InlineData("k7f2qdm4x5tab")]
    [InlineData("k7f2-dm4x5ta")]
    public void IsWellFormed_OfAnythingElse_IsFalse(string text) => Assert.False(ShortId.IsWellFormed(text));

    [Fact]
    public void IsWellFormed_OfAnyText_AgreesWithTheRuleInWords() => Check.QuickThrowOnFailure(
        Prop.ForAll<string?>(text => ShortId.IsWellFormed(text)
            == (text is { Length: 12 } && text.All(c => "abcdefghijklmnopqrstuvwxyz234567".Contains(c, StringComparison.Ordinal)))));
}
