using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;
using PortPortal.Engine.Common;
using PortPortal.Engine.ShareLinks.Previews;

namespace PortPortal.Tests.ShareLinks;

/// <summary>The signed token in a preview link's host name: what is genuine says what was signed, and nothing else is genuine.</summary>
public sealed class PreviewTokensTests
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";
    private static readonly PreviewTokens Tokens = New();

    private static readonly Gen<PreviewToken> Any =
        from exposure in Id()
        from link in Id()
        from seconds in Gen.Choose(0, int.MaxValue)
        select new PreviewToken(exposure, link, DateTimeOffset.FromUnixTimeSeconds(seconds));

    [Fact]
    public void S28_Token_ReadBack_SaysWhatWasSigned_AndFitsAHostLabel() => Check.QuickThrowOnFailure(Prop.ForAll(Any.ToArbitrary(), token =>
    {
        var text = Tokens.Write(token);
        return Tokens.Read(text) == token && text.Length == 63 && DnsLabel.IsWellFormed(text);
    }));

    [Fact]
    public void S29_AlteredToken_IsNeverGenuine_InAHundredThousandTries()
    {
        var random = new Random(20261125);
        var accepted = 0;
        for (var i = 0; i < 100_000; i++)
        {
            accepted += Tokens.Read(Alter(random, Genuine(random))) is null ? 0 : 1;
        }

        Assert.Equal(0, accepted);
    }

    [Fact]
    public void E12_EachSingleCharacterChanged_IsNotGenuine()
    {
        var genuine = Genuine(new Random(1));
        for (var i = 0; i < genuine.Length; i++)
        {
            foreach (var other in Alphabet.Where(letter => letter != genuine[i]))
            {
                Assert.Null(Tokens.Read(genuine[..i] + other + genuine[(i + 1)..]));
            }
        }
    }

    [Fact]
    public void S29_TokenOfAnotherKey_IsNotGenuine() => Check.QuickThrowOnFailure(Prop.ForAll(Any.ToArbitrary(), token => New().Read(Tokens.Write(token)) is null));

    [Fact]
    public void S29_TokensMixedFromTwo_AreNotGenuine()
    {
        var random = new Random(2);
        for (var i = 0; i < 10_000; i++)
        {
            var (one, other) = (Genuine(random), Genuine(random));
            var mixed = one[..32] + other[32..];
            Assert.Null(Tokens.Read(mixed));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("preview")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void Nonsense_IsNotGenuine(string text) => Assert.Null(Tokens.Read(text));

    [Fact]
    public void WithoutAKey_NothingIsGenuine() => Assert.Null(new PreviewTokens().Read(Genuine(new Random(3))));

    private static string Alter(Random random, string genuine) => random.Next(6) switch
    {
        0 => Replace(random, genuine, 1),
        1 => Replace(random, genuine, random.Next(2, 63)),
        2 => genuine[..random.Next(63)],
        3 => genuine + Alphabet[random.Next(32)],
        4 => genuine.ToUpperInvariant(), // the edge has lower-cased the host by then: another spelling is another text
        _ => new string([.. Enumerable.Range(0, 63).Select(_ => Alphabet[random.Next(32)])]),
    };

    private static string Replace(Random random, string genuine, int characters)
    {
        var text = genuine.ToCharArray();
        foreach (var at in Enumerable.Range(0, 63).OrderBy(_ => random.Next()).Take(characters))
        {
            text[at] = Alphabet[(Alphabet.IndexOf(text[at], StringComparison.Ordinal) + random.Next(1, 32)) % 32];
        }

        return new(text);
    }

    private static string Genuine(Random random) => Tokens.Write(new(
        new([.. Enumerable.Range(0, 12).Select(_ => Alphabet[random.Next(32)])]),
        new([.. Enumerable.Range(0, 12).Select(_ => Alphabet[random.Next(32)])]),
        DateTimeOffset.FromUnixTimeSeconds(random.Next())));

    private static Gen<string> Id() => Gen.Elements(Alphabet.ToCharArray()).ArrayOf(12).Select(letters => new string(letters));

    private static PreviewTokens New()
    {
        var tokens = new PreviewTokens();
        tokens.Use(RandomNumberGenerator.GetBytes(PreviewTokens.KeyLength));
        return tokens;
    }
}
