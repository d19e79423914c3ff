using PortPortal.Engine.AllowLists;
using PortPortal.Engine.Common;

namespace PortPortal.Tests.AllowLists;

/// <summary>What the tester says of an address, and which rule it names.</summary>
public sealed class AddressTestTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);
    private readonly AllowListFeed _lists = new(TimeProvider.System);

    public AddressTestTests() => _lists.Publish(New("partners", ("*@studio.example", null), ("!ex@studio.example", null), ("kai@partner.example", Now.AddDays(-1)), ("lee@partner.example", Now.AddDays(1))));

    [Theory]
    [InlineData("sam@lark.example", true, "Allowed by *@lark.example.")]
    [InlineData("SAM@LARK.EXAMPLE", true, "Allowed by *@lark.example.")]
    [InlineData("ann@studio.example", true, "Allowed by *@studio.example of the list partners.")]
    [InlineData("ex@studio.example", false, "Kept out by !ex@studio.example of the list partners, although *@studio.example of the list partners would let them in.")]
    [InlineData("lee@partner.example", true, "Allowed by lee@partner.example of the list partners until 2026-11-26 12:00 UTC.")]
    [InlineData("kai@partner.example", false, "Not any more: kai@partner.example of the list partners ended 2026-11-24 12:00 UTC.")]
    [InlineData("nobody@elsewhere.example", false, "No rule covers this address.")]
    [InlineData("sam@lark.example.evil.example", false, "No rule covers this address.")]
    [InlineData("sam@lark.example, x@evil.example", false, "This is no e-mail address that anyone could prove.")]
    public void P22P23_Address_IsJudgedWithTheDecidingRule(string address, bool admitted, string reason)
    {
        var test = AddressTest.Of(address, ["*@lark.example", "partners"], _lists, Now);

        Assert.Equal((admitted, reason), (test.Admitted, test.Reason));
    }

    [Fact]
    public void Matches_NameEveryRuleThatSpeaksOfTheAddress()
    {
        var test = AddressTest.Of("ex@studio.example", ["ex@studio.example", "partners"], _lists, Now);

        Assert.Equal(
            [new("ex@studio.example", null, false, null, false), new("*@studio.example", "partners", false, null, false), new("!ex@studio.example", "partners", true, null, false)],
            test.Matches);
    }

    [Fact]
    public void List_LentUntilAMoment_LetsInUntilThenAndKeepsOutForGood()
    {
        var lent = $"partners until {Now.AddHours(1).UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}";

        Assert.True(AddressTest.Of("ann@studio.example", [lent], _lists, Now).Admitted);
        Assert.False(AddressTest.Of("ann@studio.example", [lent], _lists, Now.AddHours(1)).Admitted);
        Assert.False(AddressTest.Of("ex@studio.example", [lent, "*@studio.example"], _lists, Now.AddHours(2)).Admitted);
    }

    internal static AllowListStatus New(string name, params (string Rule, DateTimeOffset? Until)[] rules) => new()
    {
        Name = name,
        CreatedAt = Now,
        Entries = [.. rules.Select(rule => new AllowedEntry { Rule = rule.Rule, Until = rule.Until, AddedBy = "Ada", AddedAt = Now })],
    };
}
