using PortPortal.Engine.Accounts;
using PortPortal.Engine.Common;

namespace PortPortal.Tests.Accounts;

public sealed class ApiKeyTextTests
{
    [Fact]
    public void New_Key_ParsesBackToItsIdAndHash()
    {
        var id = ShortId.New();

        var (text, hash) = ApiKeyText.New(id);

        Assert.Matches("^pp_[a-z2-7]{12}_[a-z2-7]{38}$", text);
        Assert.True(ApiKeyText.TryParse(text, out var parsedId, out var parsedHash));
        Assert.Equal(id, parsedId);
        Assert.Equal(hash, parsedHash);
    }

    [Fact]
    public void TryParse_AnyOneCharacterChanged_IsRefused()
    {
        var (text, _) = ApiKeyText.New(ShortId.New());

        for (var i = 0; i < text.Length; i++)
        {
            var changed = text.ToCharArray();
            changed[i] = changed[i] == 'a' ? 'b' : 'a';

            Assert.False(ApiKeyText.TryParse(new string(changed), out _, out _), $"position {i}");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("pp_")]
    [InlineData("PP_aaaaaaaaaaaa_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("pp_aaaaaaaaaaaa-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void TryParse_OtherText_IsRefused(string text) => Assert.False(ApiKeyText.TryParse(text, out _, out _));

    [Theory]
    [InlineData("pp_0123456789abcdefghijklmnopqrstuv", true)]
    [InlineData("pp_0123456789ABCDEFGHIJKLMNOPQRS-_x", true)]
    [InlineData("pp_0123456789abcdefghijklmnopqrstu", false)]
    [InlineData("0123456789abcdefghijklmnopqrstuvwxyz", false)]
    [InlineData("pp_0123456789abcdefghijklmnopqrstu v", false)]
    public void IsAdminKey_NeedsPrefixAnd32Characters(string text, bool expected) => Assert.Equal(expected, ApiKeyText.IsAdminKey(text));
}
