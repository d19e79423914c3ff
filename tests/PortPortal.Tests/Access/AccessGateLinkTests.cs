using PortPortal.Engine.Access;
using PortPortal.Engine.Common;

namespace PortPortal.Tests.Access;

/// <summary>What the gate says to people who came by a link: it never opens more than the link does, and ends with it.</summary>
public sealed class AccessGateLinkTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly VisitorLink Link = new() { Id = "l1", ExposureId = "x1", ExpiresAt = Now.AddHours(1) };

    private static readonly VisitorLink Key = Link with { Admits = true };

    private static readonly Grant ByPin = new()
    {
        Id = "g1",
        ExposureId = "x1",
        Host = "h",
        Proof = Proof.Pin,
        Version = 3,
        IssuedAt = Now.AddHours(-1),
        ExpiresAt = Now.AddHours(1),
        LinkId = "l1",
    };

    private static readonly Grant ByKey = ByPin with { Proof = Proof.Link };

    private static readonly Grant ByPreview = ByPin with { Proof = Proof.Preview, Version = 0 };

    [Fact]
    public void P32_PinPassedByALink_HoldsWhileTheLinkDoes()
    {
        Assert.True(Decide(AccessMode.Pin, ByPin, Link).IsAdmitted);
        Assert.Equal(AccessDecision.Ask(RefusalCodes.PinRequired), Decide(AccessMode.Pin, ByPin, null));
        Assert.Equal(AccessDecision.Ask(RefusalCodes.PinRequired), Decide(AccessMode.Pin, ByPin, Link with { ExpiresAt = Now }));
        Assert.Equal(AccessDecision.Ask(RefusalCodes.PinRequired), Decide(AccessMode.Pin, ByPin, Link with { Id = "l2" }));
        Assert.Equal(AccessDecision.Ask(RefusalCodes.PinRequired), Decide(AccessMode.Pin, ByPin, Link with { ExposureId = "x2" }));
    }

    [Theory]
    [InlineData(AccessMode.Sso)]
    [InlineData(AccessMode.Email)]
    [InlineData(AccessMode.Pin)]
    public void E13_LinkThatIsNoKey_ReplacesNoProof(AccessMode mode) => Assert.False(Decide(mode, ByKey, Link).IsAdmitted);

    [Theory]
    [InlineData(AccessMode.Sso)]
    [InlineData(AccessMode.Email)]
    [InlineData(AccessMode.Pin)]
    [InlineData(AccessMode.Public)]
    public void LinkThatIsTheKey_Admits_AsLongAsItLives(AccessMode mode)
    {
        Assert.True(Decide(mode, ByKey, Key).IsAdmitted);
        Assert.True(Decide(mode, ByPreview, Key).IsAdmitted);
        Assert.Equal(AccessDecision.Refuse(RefusalCodes.LinkRevoked), Decide(mode, ByPreview, null));
        Assert.Equal(AccessDecision.Refuse(RefusalCodes.LinkExpired), Decide(mode, ByPreview, Key with { ExpiresAt = Now }));
        Assert.Equal(AccessDecision.Refuse(RefusalCodes.PolicyForbids), Decide(mode, ByPreview, Link));
    }

    [Fact]
    public void LinkThatIsTheKey_RevokedOrOver_IsSaidToBeSo()
    {
        Assert.Equal(AccessDecision.Refuse(RefusalCodes.LinkRevoked), Decide(AccessMode.Pin, ByKey, null));
        Assert.Equal(AccessDecision.Refuse(RefusalCodes.LinkExpired), Decide(AccessMode.Pin, ByKey, Key with { ExpiresAt = Now }));
    }

    [Fact]
    public void RotatedPin_EndsTheGrantOfALinkButNoPreviewLink()
    {
        var rotated = Policy(AccessMode.Pin) with { Version = 4 };

        Assert.Equal(AccessDecision.Ask(RefusalCodes.PinRequired), AccessGate.Decide(rotated, new("h", ByKey, Link: Key), Now));
        Assert.True(AccessGate.Decide(rotated, new("h", ByPreview, Link: Key), Now).IsAdmitted);
    }

    public static TheoryData<string, Grant> Worthless => new()
    {
        { "of another exposure", ByPreview with { ExposureId = "x2" } },
        { "of another host", ByPreview with { Host = "g" } },
        { "over", ByPreview with { ExpiresAt = Now } },
        { "of no link", ByPreview with { LinkId = null } },
        { "of another link", ByPreview with { LinkId = "l2" } },
    };

    [Theory]
    [MemberData(nameof(Worthless))]
    public void S29_PreviewThatIsNotForHereAndNow_IsRefused(string because, Grant grant)
    {
        Assert.NotNull(because);
        Assert.Equal(Verdict.Refused, Decide(AccessMode.Public, grant, Key).Verdict);
        Assert.NotEqual(Verdict.Admitted, Decide(AccessMode.Pin, grant with { Proof = Proof.Link, Version = 3 }, Key).Verdict);
    }

    [Fact]
    public void UnknownMode_LetsNoLinkIn() => Assert.False(Decide((AccessMode)99, ByKey, Key).IsAdmitted);

    private static AccessDecision Decide(AccessMode mode, Grant grant, VisitorLink? link) => AccessGate.Decide(Policy(mode), new("h", grant, Link: link), Now);

    private static AccessPolicy Policy(AccessMode mode) => new() { ExposureId = "x1", Mode = mode, Version = 3, OwnerId = "owner" };
}
