using PortPortal.Components.Live;

namespace PortPortal.Tests.Components.Live;

public sealed class HeldOrderTests
{
    private readonly HeldOrder _order = new();

    [Fact]
    public void Rows_NobodyThere_FollowTheSort()
    {
        Arrange("a", "b", "c");

        Assert.Equal(["c", "a", "b"], Arrange("c", "a", "b"));
        Assert.Equal(0, _order.Waiting);
    }

    [Fact]
    public void Rows_UnderThePointer_StayAndTellHowManyWait()
    {
        Arrange("a", "b", "c");
        _order.Held = true;

        Assert.Equal(["a", "b", "c"], Arrange("c", "a", "b"));
        Assert.Equal(3, _order.Waiting);
    }

    [Fact]
    public void Rows_UnderThePointer_NewOnesComeLastAndGoneOnesGo()
    {
        Arrange("a", "b", "c");
        _order.Held = true;

        Assert.Equal(["a", "c", "new"], Arrange("new", "a", "c"));
    }

    [Fact]
    public void Rows_PointerGone_FollowTheSortAgain()
    {
        Arrange("a", "b");
        _order.Held = true;
        Arrange("b", "a");
        _order.Held = false;

        Assert.Equal(["b", "a"], Arrange("b", "a"));
        Assert.Equal(0, _order.Waiting);
    }

    [Fact]
    public void Rows_RefreshedUnderThePointer_FollowTheSortOnce()
    {
        Arrange("a", "b");
        _order.Held = true;
        Arrange("b", "a");

        _order.Refresh();

        Assert.Equal(["b", "a"], Arrange("b", "a"));
        Assert.Equal(0, _order.Waiting);
    }

    private IReadOnlyList<string> Arrange(params string[] rows) => _order.Arrange(rows, row => row);
}
