using PortPortal.Engine.Access;
using PortPortal.Engine.Common;
using PortPortal.Engine.Profiles;

namespace PortPortal.Tests.Profiles;

public sealed class PortalPolicyTests
{
    [Theory]
    [InlineData(AccessMode.Public, AccessMode.Public, AccessMode.Public)]
    [InlineData(AccessMode.Pin, AccessMode.Public, AccessMode.Pin)]
    [InlineData(AccessMode.Public, AccessMode.Email, AccessMode.Email)]
    [InlineData(AccessMode.Sso, AccessMode.Pin, AccessMode.Sso)]
    public void Narrow_WidestAccess_IsTheNarrowerOfTheTwo(AccessMode policy, AccessMode profile, AccessMode expected) =>
        Assert.Equal(expected, new PortalPolicy { WidestAccess = policy }.Narrow(New() with { WidestAccess = profile }).WidestAccess);

    [Theory]
    [InlineData(AccessMode.Public, true)]
    [InlineData(AccessMode.Pin, false)]
    public void S11_OpenPorts_OnlyWherePublicIsAllowed(AccessMode widest, bool expected) =>
        Assert.Equal(expected, new PortalPolicy { WidestAccess = widest }.Narrow(New() with { OpenPorts = true }).OpenPorts);

    [Fact]
    public void S11_OpenPorts_AreOffByDefault() => Assert.False(new ProfileBook().Of(null).OpenPorts);

    [Fact]
    public void Narrow_LinkLives_AreCutToThePolicy()
    {
        var profile = new PortalPolicy { MaxLinkLife = TimeSpan.FromHours(2) }.Narrow(New() with { BearerLinks = true });

        Assert.Equal((TimeSpan.FromHours(2), TimeSpan.FromHours(2), true), (profile.MaxLinkLife, profile.DefaultLinkLife, profile.BearerLinks));
    }

    [Theory]
    [InlineData(true, true, true)]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    public void Narrow_BearerLinks_NeedBoth(bool policy, bool profile, bool expected) =>
        Assert.Equal(expected, new PortalPolicy { BearerLinks = policy }.Narrow(New() with { BearerLinks = profile }).BearerLinks);

    [Fact]
    public void Narrow_DefaultAccess_IsNeverWiderThanTheProfileAllows() =>
        Assert.Equal(AccessMode.Sso, new PortalPolicy { DefaultAccess = AccessMode.Pin }.Narrow(New() with { WidestAccess = AccessMode.Sso }).DefaultAccess);

    [Fact]
    public void Book_UnknownName_HasTheLimitsOfTheDefault()
    {
        var book = new ProfileBook();

        Assert.Equal(book.Of(Profile.DefaultName), book.Of("nobody-made-it"));
        Assert.Equal((1, 10), (book.Of("strict").RequestsPerSecond, book.Of("strict").RequestBurst));
    }

    [Fact]
    public void Book_Replaced_AnswersNarrowedAndTellsReaders()
    {
        var book = new ProfileBook();
        var told = 0;
        book.Changed += () => told++;

        book.Replace(new PortalPolicy { WidestAccess = AccessMode.Pin }, [New() with { Name = "lab" }, New()]);

        Assert.Equal(AccessMode.Pin, book.Of("lab").WidestAccess);
        Assert.Equal(AccessMode.Public, book.Find("lab")!.WidestAccess);
        Assert.Equal(["dev", "lab"], book.All.Select(profile => profile.Name));
        Assert.Equal(1, told);
    }

    [Fact]
    public void Rules_ManyFaults_AreAllNamed()
    {
        var faults = new Faults();

        ProfileRules.Read(
            new ProfileRequest { Note = "a\u0007", MaxExposedPorts = -1, MaxForwardedPorts = 1001, WidestAccess = "vip", MaxLinkTtlSeconds = 1, RequestsPerSecond = -0.5, RequestBurst = -1 },
            New(),
            faults);

        Assert.Equal(
            ["defaultLinkTtlSeconds", "maxExposedPorts", "maxForwardedPorts", "maxLinkTtlSeconds", "note", "requestBurst", "requestsPerSecond", "widestAccess"],
            faults.Select(fault => fault.Field!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Rules_PublicByDefault_IsRefused()
    {
        var faults = new Faults();

        ProfileRules.Read(new PolicyRequest { DefaultAccess = "public" }, new PortalPolicy(), faults);

        Assert.Equal("defaultAccess", Assert.Single(faults).Field);
    }

    private static Profile New() => new() { Name = Profile.DefaultName };
}
