using Bunit;
using Microsoft.Extensions.DependencyInjection;
using PortPortal.Components.Controls;
using PortPortal.Components.Kit;
using PortPortal.Components.Live;
using PortPortal.Tests.Support;

namespace PortPortal.Tests.Components.Controls;

public sealed class ControlsTests : BunitContext, IAsyncLifetime
{
    private readonly ManualTime _time = new();

    public ControlsTests()
    {
        Services.AddSingleton<TimeProvider>(_time);
        Services.AddKit();
        JSInterop.Mode = JSRuntimeMode.Loose;
    }

    public Task InitializeAsync() => Task.CompletedTask;

    Task IAsyncLifetime.DisposeAsync() => base.DisposeAsync().AsTask();

    [Fact]
    public void SessionTable_Row_SaysAllOfIt()
    {
        var row = Render<SessionTable>(p => p.Add(t => t.Rows, [Session("checkout-redesign")])).Find("tr[data-pp-row]");

        Assert.Equal("Live", row.QuerySelector(".c-st")!.TextContent);
        Assert.Equal("/sessions/checkout-redesign", row.QuerySelector(".c-nm a")!.GetAttribute("href"));
        Assert.Equal(["3000", "6006", "8080"], row.QuerySelectorAll(".pp-jack").Select(jack => jack.TextContent));
        Assert.Equal("+1", row.QuerySelector(".c-pt .small")!.TextContent);
        Assert.Equal(["SSO", "E-mail"], row.QuerySelectorAll(".c-ac .pp-access").Select(chip => chip.GetAttribute("aria-label")));
        Assert.Equal("7 connected", row.QuerySelector(".c-cn")!.TextContent);
        Assert.Equal("412 kB/s", row.QuerySelector(".c-tr .small")!.TextContent);
        Assert.Equal("52 min", row.QuerySelector(".c-en")!.TextContent.Trim());
    }

    [Fact]
    public void SessionTable_SessionWithoutAnEnd_SaysSo() =>
        Assert.Equal("No end", Render<SessionTable>(p => p.Add(t => t.Rows, [Session("a") with { State = PpState.Idle, ExpiresAt = null }])).Find("td.c-en").TextContent.Trim());

    [Fact]
    public void SessionTable_NamesFromOutside_AreText()
    {
        var row = Render<SessionTable>(p => p.Add(t => t.Rows, [Session("a") with { Name = "<img src=x>\"'&", Owner = "<b>Eve</b>", Node = "\"><script>" }])).Find("tr[data-pp-row]");

        Assert.Equal("<img src=x>\"'&", row.QuerySelector(".c-nm a")!.TextContent);
        Assert.Equal("\"><script>", row.QuerySelector(".c-nd")!.TextContent);
        Assert.Empty(row.QuerySelectorAll("img, script, .c-ow b"));
    }

    [Fact]
    public void SessionTable_RowUnchanged_IsNotRenderedAgain()
    {
        var table = Render<SessionTable>(p => p.Add(t => t.Rows, [Session("a"), Session("b")]));
        var lines = table.FindComponents<PpRow<SessionRow>>();
        var (still, moved) = (lines[0].RenderCount, lines[1].RenderCount);

        table.Render(p => p.Add(t => t.Rows, [Session("a"), Session("b") with { State = PpState.Idle }]));

        Assert.Equal(still, lines[0].RenderCount);
        Assert.NotEqual(moved, lines[1].RenderCount);
    }

    [Fact]
    public void SessionTable_ThousandRows_RenderAWindow()
    {
        var table = Render<SessionTable>(p => p.Add(t => t.Rows, [.. Enumerable.Range(0, 1000).Select(i => Session($"s{i}"))]));

        Assert.Equal(28, table.FindAll("tr[data-pp-row]").Count);
    }

    [Theory]
    [InlineData(PpState.Gone, "Ended 4 min ago")]
    [InlineData(PpState.Paused, "Paused 4 min")]
    public void TimeLeft_WithoutAnEnd_SaysWhatIsSo(PpState state, string words) =>
        Assert.Equal(words, Render<TimeLeft>(p => p.Add(t => t.State, state).Add(t => t.StateSince, _time.GetUtcNow().AddMinutes(-4))).Markup.Text());

    [Fact]
    public void Machine_NobodyLookedYet_ShowsSkeletons() =>
        Assert.NotEmpty(Machine(null).FindAll(".pp-skeleton-row"));

    [Fact]
    public void Machine_NothingListens_SaysHowSomethingGetsHere() =>
        Assert.Contains("Nothing is listening", Machine([]).Markup, StringComparison.Ordinal);

    [Fact]
    public void Machine_PlateNotExposed_ExposesByOneClick()
    {
        PortRow? asked = null;
        var panel = Machine([Port(5173)], onExpose: port => asked = port);

        panel.Find("button[aria-label='Expose port 5173']").Click();

        Assert.Equal(5173, asked?.Port);
    }

    [Fact]
    public void Machine_PlateExposed_ClosesByItsSwitch()
    {
        PortRow? asked = null;
        var panel = Machine([Exposed(5173)], onClose: port => asked = port);

        Assert.Equal("SSO · 2 connected", panel.Find(".plate > small").TextContent);
        panel.Find(".pp-switch").Click();

        Assert.Equal(5173, asked?.Port);
    }

    [Fact]
    public void Machine_Plates_StandByNumberExposedOrNot() =>
        Assert.Equal(["3000", "5173", "8080"], Machine([Exposed(8080), Port(5173), Port(3000)]).FindAll(".plate .pp-jack").Select(jack => jack.TextContent));

    [Fact]
    public void Machine_ReaderMayNotChange_HasNothingToPress()
    {
        var panel = Machine([Exposed(5173), Port(3000)], mayChange: false);

        Assert.True(panel.Find(".pp-switch").HasAttribute("disabled"));
        Assert.Empty(panel.FindAll(".plate .pp-button"));
    }

    [Fact]
    public void Machine_PortWithAnObstacle_SaysItInsteadOfOffering()
    {
        var panel = Machine([Port(5432) with { Obstacle = "Database protocol, not HTTP" }]);

        Assert.Equal("Database protocol, not HTTP", panel.Find(".plate > small").TextContent);
        Assert.Empty(panel.FindAll(".plate .pp-button"));
    }

    [Fact]
    public void Visitors_Nobody_SaysWhenTheyShow() =>
        Assert.Contains("the moment they open a URL", Visitors([]).Markup, StringComparison.Ordinal);

    [Fact]
    public void Visitor_Disconnect_AsksFirstAndNamesWhatStops()
    {
        VisitorRow? sent = null;
        var panel = Visitors([Visitor("Dana Kowalski")], visitor => sent = visitor);

        panel.Find("button[aria-label='Disconnect Dana Kowalski']").Click();
        Assert.Null(sent);
        Assert.Contains("Disconnect Dana Kowalski? 2 open requests stop.", panel.Find("[role=alertdialog]").TextContent, StringComparison.Ordinal);

        panel.Find("[role=alertdialog] .danger-solid").Click();
        Assert.Equal("Dana Kowalski", sent?.Name);
        Assert.Empty(panel.FindAll("[role=alertdialog]"));
    }

    [Fact]
    public void Visitor_DisconnectAndKeepOut_SaysForHowLong()
    {
        Farewell? sent = null;
        var panel = Render<VisitorsPanel>(p => p.Add(v => v.Visitors, [Visitor("Dana Kowalski")]).Add(v => v.MayChange, true).Add(v => v.OnDisconnect, farewell => sent = farewell));

        panel.Find("button[aria-label='Disconnect Dana Kowalski']").Click();
        panel.Find("[role=alertdialog] select").Change("2");
        panel.Find("[role=alertdialog] .danger-solid").Click();

        Assert.Equal(new StayAway(KeepsOut: true, TimeSpan.FromDays(1)), sent?.Stay);
    }

    [Fact]
    public void KeptOut_AreListedWithTheirPort_AndLetBackByAClick()
    {
        KeptOutRow? back = null;
        var sam = new KeptOutRow { Id = "k", SessionId = "s", Name = "sam@lark.example", Port = 3000 };
        var panel = Render<VisitorsPanel>(p => p.Add(v => v.Visitors, []).Add(v => v.KeptOut, [sam]).Add(v => v.MayChange, true).Add(v => v.OnLetBack, person => back = person));

        Assert.Contains("sam@lark.example 3000 until you lift it", panel.Markup.Text(), StringComparison.Ordinal);
        panel.Find("button[aria-label='Let sam@lark.example come to port 3000 again']").Click();

        Assert.Equal(sam, back);
    }

    [Fact]
    public void Visitor_DisconnectCancelledByEscape_StaysConnected()
    {
        VisitorRow? sent = null;
        var panel = Visitors([Visitor("Dana Kowalski")], visitor => sent = visitor);
        panel.Find("button[aria-label='Disconnect Dana Kowalski']").Click();

        panel.Find("[role=alertdialog]").KeyDown("Escape");

        Assert.Null(sent);
        Assert.Empty(panel.FindAll("[role=alertdialog]"));
    }

    [Fact]
    public void Visitors_Filtered_ShowWhoMatches()
    {
        var panel = Visitors([Visitor("Dana Kowalski"), Visitor("Sam Whitlock")]);

        panel.Find("input").Input("whit");

        Assert.Equal(["Sam Whitlock"], panel.FindAll(".c-who b").Select(name => name.TextContent));
    }

    private IRenderedComponent<MachinePanel> Machine(IReadOnlyList<PortRow>? ports, bool mayChange = true, Action<PortRow>? onExpose = null, Action<PortRow>? onClose = null) =>
        Render<MachinePanel>(p => p
            .Add(m => m.Ports, ports)
            .Add(m => m.HostName, "mira-thinkpad")
            .Add(m => m.Href, "/sessions/this-machine")
            .Add(m => m.MayChange, mayChange)
            .Add(m => m.OnExposePort, port => onExpose?.Invoke(port))
            .Add(m => m.OnClosePort, port => onClose?.Invoke(port)));

    private IRenderedComponent<VisitorsPanel> Visitors(IReadOnlyList<VisitorRow> visitors, Action<VisitorRow>? onDisconnect = null) =>
        Render<VisitorsPanel>(p => p.Add(v => v.Visitors, visitors).Add(v => v.MayChange, true).Add(v => v.OnDisconnect, farewell => onDisconnect?.Invoke(farewell.Visitor)));

    private SessionRow Session(string name) => new()
    {
        Id = name,
        Name = name,
        Kind = "Sandbox",
        State = PpState.Live,
        StateSince = _time.GetUtcNow(),
        Ports = [new(3000, PpState.Live), new(6006, PpState.Idle), new(4173, PpState.Waiting), new(8080, PpState.Idle)],
        Modes = [PpAccessMode.Sso, PpAccessMode.Email],
        Traffic = TrafficView.None with { People = 7, BytesPerSecond = 412_000 },
        Node = "fra-2",
        OwnerId = "mira",
        Owner = "Mira Osei",
        ExpiresAt = _time.GetUtcNow().AddMinutes(52),
    };

    private static PortRow Port(int port) => new() { Port = port, State = PpState.Off, Title = "vite", Detail = "vite · pid 1", Process = "vite" };

    private static PortRow Exposed(int port) => Port(port) with
    {
        State = PpState.Live,
        Mode = PpAccessMode.Sso,
        Url = new($"https://{port}-this-machine.localhost:8443/"),
        Traffic = TrafficView.None with { People = 2 },
    };

    private VisitorRow Visitor(string name) => new()
    {
        Id = name,
        SessionId = "s",
        Name = name,
        Detail = "2 open requests",
        Doing = "2 open requests",
        CameBy = PpAccessMode.Sso,
        From = "192.0.2.14",
        Agent = "Edge",
        Port = 3000,
        Since = _time.GetUtcNow(),
        BytesDown = 1_200_000,
        BytesUp = 38_000,
        Open = 2,
    };
}

internal static class MarkupText
{
    /// <summary>What a reader sees of some markup, on one line.</summary>
    public static string Text(this string markup) =>
        string.Join(' ', System.Text.RegularExpressions.Regex.Replace(markup, "<[^>]+>", " ", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
