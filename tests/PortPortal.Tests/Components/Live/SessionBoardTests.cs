using PortPortal.Components.Kit;
using PortPortal.Components.Live;
using PortPortal.Engine.Edge.Traffic;
using PortPortal.Engine.Exposures;
using PortPortal.Tests.Components.Pages;

namespace PortPortal.Tests.Components.Live;

public sealed class SessionBoardTests
{
    [Fact]
    public async Task Now_WhileNothingChanges_IsTheSameForAll()
    {
        await using var bench = await PageBench.StartAsync();
        await bench.Api.RegisterSessionAsync("shop");
        var board = bench.Get<SessionBoard>();

        Assert.Same(board.Now, board.Now);
    }

    [Fact]
    public async Task Now_AfterAChange_HasAnotherRowForThatSessionAlone()
    {
        await using var bench = await PageBench.StartAsync();
        await bench.Api.RegisterSessionAsync("billing");
        await bench.Api.RegisterSessionAsync("shop");
        var board = bench.Get<SessionBoard>();
        var before = board.Now;

        await bench.Api.ExposeAsync("shop", 3100);

        var after = board.Now;
        Assert.Same(Row(before, "billing"), Row(after, "billing"));
        Assert.Equal([3100], Row(after, "shop").Ports.Select(port => port.Port));
    }

    [Fact]
    public async Task Now_WhenAStateChanges_PutsTheRowWhereItBelongs()
    {
        await using var bench = await PageBench.StartAsync();
        await bench.Api.RegisterSessionAsync("billing");
        await bench.Api.RegisterSessionAsync("shop");
        var board = bench.Get<SessionBoard>();
        Assert.Equal(["billing", "shop"], board.Now.Rows.Select(row => row.Name));

        await bench.Api.SendAsync(HttpMethod.Post, "/v1/sessions/billing/pause");
        Assert.Equal(["shop", "billing"], board.Now.Rows.Select(row => row.Name));

        await bench.Api.SendAsync(HttpMethod.Post, "/v1/sessions/billing/resume");
        await bench.Api.RegisterSessionAsync("archive");
        Assert.Equal(["archive", "billing", "shop"], board.Now.Rows.Select(row => row.Name));
    }

    [Fact]
    public async Task Now_WhileSomebodyIsThere_CountsThemAndThenNoMore()
    {
        await using var bench = await PageBench.StartAsync();
        await bench.Api.RegisterSessionAsync("shop");
        await bench.Api.ExposeAsync("shop", 3100);
        var (board, visitors) = (bench.Get<SessionBoard>(), bench.Get<VisitorFeed>());
        var port = Assert.Single(bench.Get<ExposureFeed>().Items.Values);
        _ = board.Now;

        visitors.Publish(Visitor(port));
        Assert.Equal((1, PpState.Live), (Row(board.Now, "shop").Traffic.People, Row(board.Now, "shop").State));

        visitors.Remove("visitor");
        Assert.Equal(0, Row(board.Now, "shop").Traffic.People);
    }

    [Fact]
    public async Task Board_Watched_BringsOutAnEditionOfEachChange_AndFollowsNothingWhenNobodyLooks()
    {
        await using var bench = await PageBench.StartAsync();
        var board = bench.Get<SessionBoard>();
        var told = 0;
        void Take() => Interlocked.Increment(ref told);

        board.Changed += Take;
        await bench.Api.RegisterSessionAsync("shop");
        await Eventually.TrueAsync(() => Volatile.Read(ref told) > 0 && board.Latest.Rows.Any(row => row.Name == "shop"), "the new session is in the edition that is out");

        board.Changed -= Take;
        Assert.False(bench.Get<VisitorFeed>().HasReaders);
    }

    private static SessionRow Row(SessionBoard.Edition edition, string name) => edition.Rows.Single(row => row.Name == name);

    private static VisitorStatus Visitor(ExposureStatus port) => new()
    {
        Id = "visitor",
        ExposureId = port.Id,
        SessionId = port.SessionId,
        Port = port.Port,
        CameBy = "PIN",
        From = "192.0.2.9",
        Agent = "curl",
        Since = default,
        LastSeenAt = default,
        Open = 1,
        WebSockets = 0,
        EventStreams = 0,
        BytesUp = 0,
        BytesDown = 0,
    };
}
