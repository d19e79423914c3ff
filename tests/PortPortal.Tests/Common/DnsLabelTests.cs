using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using PortPortal.Engine.Common;

namespace PortPortal.Tests.Common;

public sealed partial class DnsLabelTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("7")]
    [InlineData("my-app-2")]
    public void M16_Label_OfLettersDigitsAndInnerHyphens_IsWellFormed(string label) => Assert.True(DnsLabel.IsWellFormed(label));

    [Theory]
    [InlineData("")]
    [InlineData("-a")]
    [InlineData("a-")]
    [InlineData("a--b")]
    [InlineData("my_app")]
    [InlineData("My-app")]
    [InlineData("a.b")]
    [InlineData("bücher")]
    [InlineData("а")] // Cyrillic
    [InlineData("a\n")]
    public void M16_Label_OfAnythingElse_IsRefused(string label) => Assert.False(DnsLabel.IsWellFormed(label));

    [Fact]
    public void M16_Label_OfSixtyThreeCharacters_IsTheLongest()
    {
        Assert.True(DnsLabel.IsWellFormed(new string('a', 63)));
        Assert.False(DnsLabel.IsWellFormed(new string('a', 64)));
    }

    [Fact]
    public void IsWellFormed_OfAnyMixOfLikelyCharacters_AgreesWithTheRegularExpression()
    {
        var labels = Gen.Elements("abz09-_.A ".ToCharArray()).ArrayOf().Select(c => new string(c));

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000), Prop.ForAll(labels.ToArbitrary(), label => DnsLabel.IsWellFormed(label) == Rule().IsMatch(label)));
    }

    [GeneratedRegex(@"\A(?=.{1,63}\z)[a-z0-9]+(-[a-z0-9]+)*\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Rule();
}
