using PortPortal.Engine.Accounts;
using PortPortal.Engine.Common;

namespace PortPortal.Tests.Accounts;

public sealed class AccountRulesTests
{
    [Theory]
    [InlineData("bob@company.com", true)]
    [InlineData("Bob.O'Neil+tag@Sub.Company.com", true)]
    [InlineData("anna@xn--mnchen-3ya.example", true)]
    [InlineData("@company.com", false)]
    [InlineData("bob@company.com.", false)]
    [InlineData("evil@attacker.net@company.com", false)]
    [InlineData("\"evil@attacker.net\"@company.com", false)]
    [InlineData("bob(comment)@company.com", false)]
    [InlineData("bob@[127.0.0.1]", false)]
    [InlineData("bob@company.com\r\nBcc:x@evil", false)]
    [InlineData("a%b@company.com", false)]
    [InlineData("bob@сompany.com", false)]
    [InlineData("böb@company.com", false)]
    [InlineData("bob@localhost", false)]
    [InlineData("bob@-a.com", false)]
    [InlineData("bob,x@company.com", false)]
    [InlineData(".bob@company.com", false)]
    public void IsEmail_OnlyPlainAddressesPass(string text, bool expected) => Assert.Equal(expected, AccountRules.IsEmail(text));

    [Fact]
    public void IsEmail_LengthsOfRfc5321_AreTheLimit()
    {
        Assert.True(AccountRules.IsEmail(new string('a', 64) + "@company.com"));
        Assert.False(AccountRules.IsEmail(new string('a', 65) + "@company.com"));
        Assert.False(AccountRules.IsEmail("a@" + string.Join('.', Enumerable.Repeat(new string('b', 60), 5)) + ".com"));
    }

    [Theory]
    [InlineData("short words", false)]
    [InlineData("aaaaaaaaaaaaaaaa", false)]
    [InlineData("mira@lark.test", false)]
    [InlineData("MIRA@LARK.TEST", false)]
    [InlineData("four random words here", true)]
    public void CheckPassword_LengthVarietyAndOwnName_Count(string password, bool fine)
    {
        Faults faults = [];

        AccountRules.CheckPassword(password, "Mira Osei", "mira@lark.test", faults);

        Assert.Equal(fine, faults.Count == 0);
    }
}
