using PortPortal.Engine.Access;
using PortPortal.Engine.Common;

namespace PortPortal.Tests.Access;

/// <summary>Rules with ends, rules out of lists, and rules for people who sign in.</summary>
public sealed class AccessRuleTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("kai@partner.example until 2026-11-25T12:00:01Z", true)]
    [InlineData("kai@partner.example until 2026-11-25T12:00:00Z", false)]
    [InlineData("*@partner.example until 2026-11-25T14:00:00+02:00", false)]
    [InlineData("*@partner.example until 2026-11-26", true)]
    public void Rule_WithAnEnd_EndsToTheSecond(string rule, bool admitted) => Assert.Equal(admitted, EmailRules.Parse([rule]).Admits("kai@partner.example", Now));

    [Theory]
    [InlineData("kai@partner.example until soon")]
    [InlineData("kai@partner.example until")]
    [InlineData("until 2030-01-01")]
    [InlineData("kai@partner.example for 1h")]
    public void Rule_WithABrokenEnd_IsRefusedAndAdmitsNobody(string rule)
    {
        Assert.False(EmailRule.TryParse(rule, out _));
        Assert.False(EmailRules.Parse(["*@partner.example", rule]).Admits("kai@partner.example", Now));
    }

    [Fact]
    public void Rule_WithAnEnd_IsWrittenAsItIsRead()
    {
        Assert.True(EmailRule.TryParse("! *@Partner.example until 2030-01-31T13:00:00+01:00", out var rule));
        Assert.Equal("!*@partner.example until 2030-01-31T12:00:00Z", rule.ToString());
        Assert.True(EmailRule.TryParse(rule.ToString(), out var again));
        Assert.Equal(rule, again);
    }

    [Fact]
    public void Exclusion_WithAnEnd_KeepsOutUntilThen()
    {
        var rules = EmailRules.Parse(["*@partner.example", "!kai@partner.example until 2026-11-25T13:00:00Z"]);

        Assert.False(rules.Admits("kai@partner.example", Now));
        Assert.True(rules.Admits("kai@partner.example", Now.AddHours(1)));
    }

    [Fact]
    public void List_ThatIsNamed_CountsAsWhatItHolds()
    {
        var policy = New(AccessMode.Email) with { AllowedEmails = ["partners", "ann@lark.example"] };

        var read = policy.With(name => name == "partners" ? ["*@studio.example", "!ex@studio.example"] : null);

        Assert.True(read.Emails.Admits("bo@studio.example", Now));
        Assert.True(read.Emails.Admits("ann@lark.example", Now));
        Assert.False(read.Emails.Admits("ex@studio.example", Now));
        Assert.Equal(["partners"], read.Lists);
        Assert.NotEqual(policy, read);
    }

    [Fact]
    public void List_ThatChanged_IsReadAnew()
    {
        var policy = New(AccessMode.Email) with { AllowedEmails = ["partners"] };
        var before = policy.With(_ => ["*@studio.example"]);

        Assert.False(before.With(_ => []).Emails.Admits("bo@studio.example", Now));
        Assert.False(before.With(_ => null).Emails.Admits("bo@studio.example", Now));
    }

    [Theory]
    [InlineData(new string[0], true)]
    [InlineData(new[] { "group:design" }, true)]
    [InlineData(new[] { "group:Design" }, false)]
    [InlineData(new[] { "group:finance" }, false)]
    [InlineData(new[] { "user:nina" }, true)]
    [InlineData(new[] { "user:other" }, false)]
    [InlineData(new[] { "nina@lark.example" }, true)]
    [InlineData(new[] { "*@lark.example" }, true)]
    [InlineData(new[] { "*@studio.example" }, false)]
    [InlineData(new[] { "group:design", "!nina@lark.example" }, false)]
    [InlineData(new[] { "user:nina", "!*@lark.example" }, false)]
    [InlineData(new[] { "nina@" }, false)]
    public void Sso_LimitedToPeople_AdmitsThoseAlone(string[] rules, bool admitted)
    {
        var policy = New(AccessMode.Sso) with { AllowedPeople = [.. rules] };

        Assert.Equal(admitted, AccessGate.Decide(policy, Nina(), Now).IsAdmitted);
    }

    [Fact]
    public void Sso_LimitedToPeople_StillAdmitsTheOwner() =>
        Assert.True(AccessGate.Decide(New(AccessMode.Sso) with { OwnerId = "nina", AllowedPeople = ["group:finance"] }, Nina(), Now).IsAdmitted);

    [Fact]
    public void Sso_RuleForAnUnprovedAddress_DoesNotCount()
    {
        var people = PeopleRules.Parse(["nina@lark.example"]);

        Assert.False(people.Admit(new() { UserId = "nina", SignInId = "s1", Name = "Nina" }, Now));
    }

    private static AccessPolicy New(AccessMode mode) => new() { ExposureId = "x1", Mode = mode, Version = 1, OwnerId = "owner" };

    private static Visitor Nina()
    {
        var grant = new Grant { Id = "g", ExposureId = "x1", Host = "h", Proof = Proof.SignIn, Version = 1, IssuedAt = Now, ExpiresAt = Now.AddHours(1), UserId = "nina", SignInId = "s1" };
        return new("h", grant, new() { UserId = "nina", SignInId = "s1", Name = "Nina", VerifiedEmail = "nina@lark.example", Groups = ["design"] });
    }
}
