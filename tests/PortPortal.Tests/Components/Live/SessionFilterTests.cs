using PortPortal.Components.Kit;
using PortPortal.Components.Live;

namespace PortPortal.Tests.Components.Live;

public sealed class SessionFilterTests
{
    private static readonly SessionRow Row = new()
    {
        Id = "k7f2qdm4x9ta",
        Name = "checkout-redesign",
        Kind = "Sandbox",
        State = PpState.Live,
        StateSince = default,
        Ports = [new(3000, PpState.Live), new(6006, PpState.Idle)],
        Modes = [PpAccessMode.Sso, PpAccessMode.Email],
        Node = "fra-2",
        OwnerId = "mira",
        Owner = "Mira Osei",
    };

    [Theory]
    [InlineData("", true)]
    [InlineData("CHECKOUT", true)]
    [InlineData("k7f2", true)]
    [InlineData("osei 3000", true)]
    [InlineData("checkout paris", false)]
    [InlineData("port:3000", true)]
    [InlineData("port:300", false)]
    [InlineData("node:fra-2", true)]
    [InlineData("node:mira", false)]
    [InlineData("owner:me", true)]
    [InlineData("owner:osei", true)]
    [InlineData("owner:jonas", false)]
    [InlineData("mode:email", false)]
    [InlineData("mode:e-mail", true)]
    [InlineData("mode:public", false)]
    public void Filter_Words_MustAllBeFound(string text, bool matches) => Assert.Equal(matches, new SessionFilter(text).Matches(Row, "mira"));

    [Fact]
    public void Filter_OwnerMe_IsTheReader() => Assert.False(new SessionFilter("owner:me").Matches(Row, "jonas"));

    [Fact]
    public void Filter_ByState_DoesNotHideItFromTheCounts()
    {
        var filter = new SessionFilter(State: PpState.Paused);

        Assert.False(filter.Matches(Row, "mira"));
        Assert.True(filter.MatchesAllButState(Row, "mira"));
    }

    [Theory]
    [InlineData("checkuot", "checkout")]
    [InlineData("notebook", "notebooks")]
    [InlineData("xylophone", null)]
    public void NearestWord_OfATypo_IsTheOneMeant(string typed, string? meant) =>
        Assert.Equal(meant, NearestWord.Find(typed, ["checkout-redesign", "notebooks-gpu"]));
}
