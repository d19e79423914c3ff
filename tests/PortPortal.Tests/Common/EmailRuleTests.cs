using PortPortal.Engine.Access;
using PortPortal.Engine.Common;

namespace PortPortal.Tests.Common;

/// <summary>SECURITY's table of addresses and rules, row by row.</summary>
public sealed class EmailRuleTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);
    private static readonly EmailRules Listed = EmailRules.Parse(["*@company.com", "contractor@example.com", "*@münchen.example"]);

    [Theory]
    [InlineData("bob@company.com")]
    [InlineData("BOB@Company.COM")]
    [InlineData(" bob@company.com ")]
    [InlineData("contractor@example.com")]
    [InlineData("Contractor@Example.com")]
    [InlineData("bob+tag@company.com")]
    [InlineData("anna@münchen.example")]
    [InlineData("anna@xn--mnchen-3ya.example")]
    [InlineData("anna@XN--MNCHEN-3YA.example")]
    public void P22P23E7_AddressOnTheList_IsAdmitted(string address) => Assert.True(Listed.Admits(address, Now));

    [Theory]
    [InlineData("contractor+x@example.com")]
    [InlineData("bob@sub.company.com")]
    [InlineData("bob@evilcompany.com")]
    [InlineData("bob@company.com.attacker.net")]
    [InlineData("bob@company.co")]
    [InlineData("@company.com")]
    [InlineData("bob@company.com.")]
    [InlineData("evil@attacker.net@company.com")]
    [InlineData("\"evil@attacker.net\"@company.com")]
    [InlineData("bob@company.com@attacker.net")]
    [InlineData("a%company.com@attacker.net")]
    [InlineData("a%attacker.net@company.com")]
    [InlineData("a!b@company.com")]
    [InlineData("bob@ｃompany.com")]
    [InlineData("bob@сompany.com")] // Cyrillic с
    [InlineData("bob@company。com")]
    [InlineData("bob@company．com")]
    [InlineData("bob@compan\u00ffy.com")]
    [InlineData("\u212Aate@company.com")] // Kelvin sign
    [InlineData("bob@\u212Ampany.com")]
    [InlineData("bob@company.\u017Fom")]
    [InlineData("bob@ﬀcompany.com")]
    [InlineData("anna@mu\u0308nchen.example")] // decomposed: another name, and refused rather than guessed at
    [InlineData("anna@M\u00DCNCHEN.example")]
    [InlineData("bob(comment)@company.com")]
    [InlineData("bob@[127.0.0.1]")]
    [InlineData("bob@company.com\r\nBcc:x")]
    [InlineData("bob\r\n@company.com")]
    [InlineData("bob@company.com\0")]
    [InlineData("bob@company.com,x@evil.test")]
    [InlineData("bob@company.com;x@evil.test")]
    [InlineData("<bob@company.com>")]
    [InlineData("Bob <bob@company.com>")]
    [InlineData(".bob@company.com")]
    [InlineData("bob.@company.com")]
    [InlineData("b..ob@company.com")]
    [InlineData("b ob@company.com")]
    [InlineData("bob")]
    [InlineData("")]
    [InlineData(null)]
    public void P22P23E7E8_AnyOtherAddress_IsNot(string? address) => Assert.False(Listed.Admits(address, Now));

    [Fact]
    public void E7_AddressThatIsTooLong_IsNone()
    {
        Assert.True(Listed.Admits($"{new string('a', 64)}@company.com", Now));
        Assert.False(Listed.Admits($"{new string('a', 65)}@company.com", Now));
        Assert.False(EmailAddress.TryParse($"a@{string.Join('.', Enumerable.Repeat(new string('d', 60), 5))}.com", out _));
    }

    [Theory]
    [InlineData("*@*")]
    [InlineData("*")]
    [InlineData("*@com")]
    [InlineData("*@.com")]
    [InlineData("bob@*")]
    [InlineData("*@company.*")]
    [InlineData("*company.com")]
    [InlineData("qa-*@company.com")]
    [InlineData("*@*.com")]
    [InlineData("*@*company.com")]
    [InlineData("*@*.*.company.com")]
    [InlineData("*@company.com.")]
    [InlineData("nina@")]
    [InlineData("!")]
    [InlineData("!!bob@company.com")]
    [InlineData("!team")]
    [InlineData("Team")]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("*@10.0.0.1")]
    public void E7_RuleThatIsDangerousOrUnknown_IsRefused(string? rule) => Assert.False(EmailRule.TryParse(rule, out _));

    [Theory]
    [InlineData("bob@company.com", EmailRuleKind.Address, "bob@company.com")]
    [InlineData(" *@Company.com ", EmailRuleKind.Domain, "company.com")]
    [InlineData("*@*.company.com", EmailRuleKind.Subdomains, "company.com")]
    [InlineData("! *@münchen.example", EmailRuleKind.Domain, "xn--mnchen-3ya.example")]
    [InlineData("design-team", EmailRuleKind.List, "design-team")]
    public void Rule_OfTheGrammar_IsReadInOneSpelling(string text, EmailRuleKind kind, string value)
    {
        Assert.True(EmailRule.TryParse(text, out var rule));
        Assert.Equal((kind, value, text.Contains('!', StringComparison.Ordinal)), (rule.Kind, rule.Value, rule.Excludes));
    }

    [Theory]
    [InlineData("bob@sub.company.com", true)]
    [InlineData("bob@a.b.company.com", true)]
    [InlineData("bob@company.com", false)]
    [InlineData("bob@evilcompany.com", false)]
    [InlineData("bob@.company.com", false)]
    public void Subdomains_CoverThemselvesAndNotTheDomain(string address, bool admitted) =>
        Assert.Equal(admitted, EmailRules.Parse(["*@*.company.com"]).Admits(address, Now));

    [Theory]
    [InlineData("eve@company.com")]
    [InlineData("EVE@COMPANY.COM")]
    public void Exclusion_AlwaysWins(string address)
    {
        Assert.False(EmailRules.Parse(["!eve@company.com", "*@company.com", "eve@company.com"]).Admits(address, Now));
        Assert.False(EmailRules.Parse(["*@company.com", "eve@company.com", "!*@company.com"]).Admits(address, Now));
    }

    [Fact]
    public void P25_EmptyList_AdmitsNobody() => Assert.False(EmailRules.None.Admits("bob@company.com", Now));

    [Fact]
    public void RuleThatCannotBeRead_AdmitsNobody() => Assert.False(EmailRules.Parse(["*@company.com", "!eve@"]).Admits("bob@company.com", Now));

    [Fact]
    public void ListThatNobodyResolved_AdmitsNobody() => Assert.False(EmailRules.Parse(["design-team"]).Admits("bob@company.com", Now));
}
