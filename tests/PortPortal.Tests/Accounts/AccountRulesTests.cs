using PortPortal.Engine.Accounts;
using PortPortal.Engine.Common;

namespace PortPortal.Tests.Accounts;

public sealed class AccountRulesTests
{
    [Theory]
    [InlineData(" Bob@Company.COM ", "bob@company.com")]
    [InlineData("anna@münchen.example", "anna@xn--mnchen-3ya.example")]
    [InlineData("evil@attacker.net@company.com", "")]
    [InlineData("bob@company.com\r\nBcc:x@evil", "")]
    [InlineData(null, "")]
    public void CheckEmail_Address_IsKeptInOneSpelling(string? text, string expected)
    {
        Faults faults = [];

        Assert.Equal(expected, AccountRules.CheckEmail(text, faults));
        Assert.Equal(expected.Length == 0, faults.Count == 1);
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
