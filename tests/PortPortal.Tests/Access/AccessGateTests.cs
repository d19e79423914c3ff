using PortPortal.Engine.Access;
using PortPortal.Engine.Common;

namespace PortPortal.Tests.Access;

public sealed class AccessGateTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly VisitorAccount Nina = new() { UserId = "nina", SignInId = "s1", Name = "Nina", VerifiedEmail = "nina@lark.example" };

    private static readonly Grant SignedIn = new()
    {
        Id = "g1",
        ExposureId = "x1",
        Host = "h",
        Proof = Proof.SignIn,
        Version = 3,
        IssuedAt = Now.AddHours(-1),
        ExpiresAt = Now.AddHours(1),
        UserId = "nina",
        SignInId = "s1",
    };

    private static readonly Grant ByPin = SignedIn with { Proof = Proof.Pin, UserId = null, SignInId = null };

    private static readonly Grant ByCode = ByPin with { Proof = Proof.EmailCode, Email = "dana@studio.example" };

    public static TheoryData<AccessMode, string, Verdict, string?> Table => new()
    {
        // mode, what the visitor carries, verdict, code
        { AccessMode.Public, "nothing", Verdict.Admitted, null },
        { AccessMode.Public, "sign-in", Verdict.Admitted, null },
        { AccessMode.Sso, "nothing", Verdict.ProofMissing, RefusalCodes.SignInRequired },
        { AccessMode.Sso, "sign-in", Verdict.Admitted, null },
        { AccessMode.Sso, "sign-in without account", Verdict.ProofMissing, RefusalCodes.SignInRequired },
        { AccessMode.Sso, "pin", Verdict.ProofMissing, RefusalCodes.SignInRequired },
        { AccessMode.Sso, "code", Verdict.ProofMissing, RefusalCodes.SignInRequired },
        { AccessMode.Pin, "nothing", Verdict.ProofMissing, RefusalCodes.PinRequired },
        { AccessMode.Pin, "pin", Verdict.Admitted, null },
        { AccessMode.Pin, "code", Verdict.ProofMissing, RefusalCodes.PinRequired },
        { AccessMode.Pin, "sign-in", Verdict.ProofMissing, RefusalCodes.PinRequired },
        { AccessMode.Pin, "owner", Verdict.Admitted, null },
        { AccessMode.Email, "nothing", Verdict.ProofMissing, RefusalCodes.CodeRequired },
        { AccessMode.Email, "code", Verdict.Refused, RefusalCodes.NotOnList },
        { AccessMode.Email, "sign-in", Verdict.Refused, RefusalCodes.NotOnList },
        { AccessMode.Email, "owner", Verdict.Admitted, null },
        { AccessMode.Email, "pin", Verdict.ProofMissing, RefusalCodes.CodeRequired },
        { (AccessMode)99, "sign-in", Verdict.Refused, RefusalCodes.NotAllowed },
        { (AccessMode)(-1), "nothing", Verdict.Refused, RefusalCodes.NotAllowed },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void E19_Decide_AnswersByTheTable(AccessMode mode, string carries, Verdict verdict, string? code)
    {
        Visitor visitor = carries switch
        {
            "sign-in" => new("h", SignedIn, Nina),
            "owner" => new("h", SignedIn with { UserId = "owner" }, Nina with { UserId = "owner" }),
            "sign-in without account" => new("h", SignedIn),
            "pin" => new("h", ByPin),
            "code" => new("h", ByCode),
            _ => new("h"),
        };

        Assert.Equal(new AccessDecision(verdict, code), AccessGate.Decide(Policy(mode), visitor, Now));
    }

    [Theory]
    [InlineData("dana@studio.example", Verdict.Admitted)]
    [InlineData("other@studio.example", Verdict.Refused)]
    public void P22_EmailCode_IsHeldAgainstTheList(string address, Verdict verdict)
    {
        var policy = Policy(AccessMode.Email) with { AllowedEmails = ["dana@studio.example", "*@lark.example"] };

        Assert.Equal(verdict, AccessGate.Decide(policy, new("h", ByCode with { Email = address }), Now).Verdict);
    }

    [Fact]
    public void EmailList_AdmitsASignedInUserByTheirVerifiedAddressOnly()
    {
        var policy = Policy(AccessMode.Email) with { AllowedEmails = ["*@lark.example"] };

        Assert.True(AccessGate.Decide(policy, new("h", SignedIn, Nina), Now).IsAdmitted);
        Assert.False(AccessGate.Decide(policy, new("h", SignedIn, Nina with { VerifiedEmail = null }), Now).IsAdmitted);
    }

    public static TheoryData<string, Grant> Worthless => new()
    {
        { "of another exposure", ByPin with { ExposureId = "x2" } },
        { "of another host", ByPin with { Host = "g" } },
        { "of another host by letter case", ByPin with { Host = "H" } },
        { "of an older policy", ByPin with { Version = 2 } },
        { "of a policy to come", ByPin with { Version = 4 } },
        { "over", ByPin with { ExpiresAt = Now } },
        { "from the future", ByPin with { IssuedAt = Now.AddMinutes(2) } },
        { "of an unknown proof", ByPin with { Proof = (Proof)99 } },
    };

    [Theory]
    [MemberData(nameof(Worthless))]
    public void Grant_ThatIsNotForHereAndNow_IsNoGrant(string because, Grant grant)
    {
        Assert.NotNull(because);
        Assert.Equal(AccessDecision.Ask(RefusalCodes.PinRequired), AccessGate.Decide(Policy(AccessMode.Pin), new("h", grant), Now));
    }

    [Fact]
    public void Grant_OfAnEarlierVersionThatThePolicyStillHonours_Holds()
    {
        var policy = Policy(AccessMode.Pin) with { GrantsSince = 2 };

        Assert.True(AccessGate.Decide(policy, new("h", ByPin with { Version = 2 }), Now).IsAdmitted);
        Assert.False(AccessGate.Decide(policy, new("h", ByPin with { Version = 1 }), Now).IsAdmitted);
    }

    [Theory]
    [InlineData("nina", "s2")] // signed in again: the grant hung on another sign-in
    [InlineData("sam", "s1")]
    public void E21_AccountThatIsNotTheOneOfTheGrant_IsAskedToSignIn(string user, string signIn)
    {
        var decision = AccessGate.Decide(Policy(AccessMode.Sso), new("h", SignedIn, Nina with { UserId = user, SignInId = signIn }), Now);

        Assert.Equal(AccessDecision.Ask(RefusalCodes.SignInRequired), decision);
    }

    [Fact]
    public void Decision_ThatNobodyMade_IsANo() => Assert.False(default(AccessDecision).IsAdmitted);

    private static AccessPolicy Policy(AccessMode mode) => new() { ExposureId = "x1", Mode = mode, Version = 3, OwnerId = "owner" };
}
