using System.Collections.Immutable;
using System.Net;
using Bunit;
using PortPortal.Components.Kit;
using PortPortal.Components.Live;
using PortPortal.Engine.Exposures;
using PortPortal.Engine.Exposures.PortForwards;
using PortPortal.Engine.Nodes;
using PortPortal.Engine.Nodes.Protocol;
using PortPortal.Tests.Nodes;
using PortPortal.Tests.Support;
using NodesPage = PortPortal.Components.Pages.Nodes;

namespace PortPortal.Tests.Components.Pages;

/// <summary>Nodes &amp; tunnels: where the way from visitors to guests breaks, and what to do about it.</summary>
public sealed class NodesPageTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly Dictionary<string, string?> StreamsOnly = new(StringComparer.Ordinal) { ["Nodes:WireGuard"] = "Off" };

    [Fact]
    public async Task Nodes_OfThisMachineAlone_NeedNoTunnel()
    {
        await using var bench = await PageBench.StartAsync(settings: StreamsOnly);

        var page = bench.Open<NodesPage>("/nodes");

        Assert.Equal("no tunnel needed", Wire(page));
        Assert.Equal("Healthy", Assert.Single(page.FindAll(".nodes tbody .c-state")).TextContent.Trim());
        Assert.Empty(page.FindAll(".care"));
    }

    [Fact]
    public async Task P38_Nodes_OfHalfASetForPangolin_SayWhatIsMissing()
    {
        await using var bench = await PageBench.StartAsync(settings: new Dictionary<string, string?>(StreamsOnly, StringComparer.Ordinal) { ["Pangolin:OidcSecret"] = "a secret", ["Pangolin:Email"] = "ann@example.com" });

        var notes = bench.Open<NodesPage>("/nodes").FindAll(".pp-note").Select(note => note.TextContent).ToList();

        Assert.Contains(notes, note => note.Contains("PANGOLIN_PASSWORD is missing.", StringComparison.Ordinal));
        Assert.Contains(notes, note => note.Contains("Oidc:Authority names no provider", StringComparison.Ordinal));
        Assert.DoesNotContain(notes, note => note.Contains("a secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nodes_WithATunnel_OfferANewKeyForIt()
    {
        await using var bench = await PageBench.StartAsync(settings: StreamsOnly);
        var far = Far(TimeProvider.System.GetUtcNow()) with { State = NodeState.Connected, StreamUp = true };

        bench.Get<NodeFeed>().Publish(far);
        Assert.DoesNotContain("New key", bench.Open<NodesPage>("/nodes?node=far").Find(".care").TextContent, StringComparison.Ordinal);
        bench.Get<NodeFeed>().Publish(far with { Way = NodeWay.WireGuard, TunnelUp = true });

        Assert.Contains("New key", bench.Open<NodesPage>("/nodes?node=far").Find(".care").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nodes_OfAnotherMachine_SayOnEachRungHowItStands()
    {
        await using var bench = await PageBench.StartAsync(settings: StreamsOnly);
        var far = Far(TimeProvider.System.GetUtcNow());
        var up = far with { State = NodeState.Connected, StreamUp = true };
        (NodeStatus Node, string Word, string Way, string Wire, string Nodes)[] cases =
        [
            (up with { Way = NodeWay.WireGuard, Device = "wireguard-go" }, "Healthy", "WireGuard, wireguard-go", "WireGuard, 51820/udp", "in sync"),
            (up with { Way = NodeWay.WireGuard, Device = "kernel" }, "Healthy", "WireGuard, kernel", "WireGuard, 51820/udp", "in sync"),
            (up with { Way = NodeWay.WireGuard, Device = "kernel", StreamUp = false, Problem = "Its stream is cut." }, "Stream is cut", "WireGuard, kernel", "WireGuard, 51820/udp", "1 needs a look"),
            (up with { Way = NodeWay.Stream }, "Healthy", "TLS stream", "TLS stream", "in sync"),
            (up with { Way = NodeWay.Stream, Problem = "No heartbeat comes back." }, "No tunnel", "TLS stream", "TLS stream", "1 needs a look"),
            (up with { Way = NodeWay.Stream, Draining = true }, "Draining", "TLS stream", "TLS stream", "in sync"),
            (far with { State = NodeState.Unreachable, Problem = "It answers neither." }, "Unreachable", "None", "nothing gets through", "1 unreachable"),
            (far, "Waiting", "None", "no tunnel needed", "in sync"),
            (far with { TokenExpiresAt = far.CreatedAt.AddMinutes(-1) }, "Token is over", "None", "no tunnel needed", "in sync"),
        ];

        foreach (var (node, word, way, wire, nodes) in cases)
        {
            bench.Get<NodeFeed>().Publish(node);
            var page = bench.Open<NodesPage>("/nodes?node=far");

            Assert.Equal((word, way), (page.Find("tr.selected .c-state").TextContent.Trim(), page.Find("tr.selected .c-by").TextContent.Trim()));
            Assert.Equal((wire, nodes), (Wire(page), page.FindAll(".path li:not(.wire) small")[2].TextContent));
            Assert.Equal(node.Problem, page.FindAll(".rail .pp-note") is [var note, ..] ? note.TextContent.Trim() : null);
        }
    }

    [Fact]
    public async Task Nodes_WithATunnel_ShowHandshakeAndThroughput()
    {
        await using var bench = await PageBench.StartAsync(settings: StreamsOnly);
        var now = TimeProvider.System.GetUtcNow();
        bench.Get<NodeFeed>().Publish(Far(now) with
        {
            State = NodeState.Connected,
            Way = NodeWay.WireGuard,
            LastHandshake = now.AddSeconds(-175),
            BytesReceived = 4_200_000_000,
            BytesSent = 11_800_000,
            ReceivedPerSecond = 12_000,
            SentPerSecond = 1_900_000,
            RoundTrip = TimeSpan.FromMilliseconds(84),
            Recent = [1, 2, 3],
        });

        var page = bench.Open<NodesPage>("/nodes?node=far");

        Assert.Matches("^[23] min ago$", page.Find("tr.selected .c-shake .warn-text").TextContent.Trim());
        Assert.Contains("1.9 MB/s", page.Find("tr.selected .c-flow").TextContent, StringComparison.Ordinal);
        var facts = page.Find(".rail .pp-facts").TextContent;
        Assert.Contains("4.2 GB, 11.8 MB", facts, StringComparison.Ordinal);
        Assert.Contains("84.0 ms", facts, StringComparison.Ordinal);
        Assert.Contains("12 kB/s in, 1.9 MB/s out", facts, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddNode_ShowsTheCommandOnce_AndTurnsGreenWhenTheNodeIsHere()
    {
        await using var bench = await PageBench.StartAsync(settings: StreamsOnly);
        var page = bench.Open<NodesPage>("/nodes");
        page.FindAll(".pp-button").First(button => button.TextContent.Contains("Add a node", StringComparison.Ordinal)).Click();

        page.Find(".pp-dialog input").Input("Far Away");
        page.Find(".pp-dialog form.stack").Submit();
        page.WaitForAssertion(() => Assert.Contains("Name takes", page.Find(".pp-dialog .pp-help.bad").TextContent, StringComparison.Ordinal), Patience);

        page.Find(".pp-dialog input").Input("far");
        page.Find(".pp-dialog form.stack").Submit();
        page.WaitForElement(".join code", Patience);
        var command = page.Find(".join code").TextContent;
        Assert.Equal(command, page.Find(".join [data-pp-copy]").GetAttribute("data-pp-copy"));
        Assert.Contains("Waiting for far to call", page.Find(".arrival .waiting").TextContent, StringComparison.Ordinal);
        Assert.Contains("within 59 min", page.Find(".join").TextContent, StringComparison.Ordinal);

        await using var agent = await AgentApp.StartAsync(bench.App, command.Split(' ')[^1]);

        page.WaitForAssertion(() => Assert.Contains("far is here, through its TLS stream", page.Find(".arrival .live").TextContent, StringComparison.Ordinal), Patience);
    }

    [Fact]
    public async Task Node_IsDrainedOpenedAndRemovedFromItsPanel()
    {
        await using var bench = await PageBench.StartAsync(settings: StreamsOnly);
        await using var agent = await AgentApp.JoinAsync(bench.App, "far");
        var feed = bench.Get<NodeFeed>();
        await Eventually.TrueAsync(() => feed.FindByIdOrName("far")?.State == NodeState.Connected, "far is here");
        await bench.Api.RegisterSessionAsync(new { name = "shop", address = "127.0.0.1", node = "far" });
        var page = bench.Open<NodesPage>("/nodes?node=far");

        Press(page, "Drain");
        page.WaitForAssertion(() => Assert.Equal("Draining", page.Find("tr.selected .c-state").TextContent.Trim()), Patience);
        Press(page, "Take new sessions");
        page.WaitForAssertion(() => Assert.Equal("Healthy", page.Find("tr.selected .c-state").TextContent.Trim()), Patience);

        Press(page, "Remove");
        page.WaitForAssertion(() => Assert.Contains("1 session ends with it", page.Find(".care .pp-confirm").TextContent, StringComparison.Ordinal), Patience);
        Assert.NotNull(feed.FindByIdOrName("far"));
        page.FindAll(".care .pp-confirm .pp-button").First(button => button.TextContent.Contains("Remove", StringComparison.Ordinal)).Click();
        page.WaitForAssertion(() => Assert.Single(page.FindAll(".nodes tbody tr")), Patience);
        Assert.Null(feed.FindByIdOrName("far"));
    }

    [Fact]
    public async Task Repair_OfAnotherMachine_AsksItAndSaysThatItAnswered()
    {
        await using var app = await EchoApp.StartAsync();
        await using var bench = await PageBench.StartAsync(settings: StreamsOnly);
        await using var agent = await AgentApp.JoinAsync(bench.App, "far");
        var links = bench.Get<NodeLinks>();
        await bench.Api.RegisterSessionAsync(new { name = "shop", address = "127.0.0.1", node = "far" });
        await bench.Api.ExposeAsync("shop", app.Port);
        await Eventually.TrueAsync(() => links.ReportsOf(agent.Id)?.Count == 1, "the node has reported its port");
        var before = links.RevisionOf(agent.Id);
        var page = bench.Open<NodesPage>("/nodes?node=far");
        Assert.Equal("By the stream, needs no rule", page.Find(".rules-table tbody .c-word").TextContent.Trim());

        Press(page, "Check now");

        page.WaitForAssertion(() => Assert.True(links.RevisionOf(agent.Id) > before), Patience);
    }

    [Fact]
    public void Rules_OfAnotherMachine_PutWhatDiffersFirst()
    {
        var node = Far(TimeProvider.System.GetUtcNow()) with { State = NodeState.Connected, Way = NodeWay.WireGuard, Device = "kernel" };
        DesiredPort[] wanted = [PortOf("a", 20001), PortOf("b", 20002), PortOf("c", 20003), PortOf("d", 32767) with { EdgeOnly = true }];
        var reports = new[] { new PortReport { Id = "a", ByKernel = true }, new PortReport { Id = "b", Fault = "Another program has the port." }, new PortReport { Id = "d" } }.ToImmutableDictionary(report => report.Id);

        var rules = NodeRuleRow.Of(node, wanted, reports, new ExposureFeed(TimeProvider.System), new PortForwardFeed(TimeProvider.System));
        var row = NodeRow.Of(node, 1, rules, TimeProvider.System.GetUtcNow());

        Assert.Equal(["Another program has the port.", "In sync", "Being set up", "In sync, by the relay"], rules.Select(rule => rule.Word));
        Assert.Equal((PpState.Warn, "Drifted", "1 of 4 differ"), (row.State, row.Word, row.Rules));
    }

    private static DesiredPort PortOf(string id, int port) => new() { Id = id, Mark = (uint)port, PublicPort = port, Target = "10.0.0.9:80", EdgeOnly = false };

    /// <summary>A machine that has joined long ago; nothing of this portal watches it.</summary>
    private static NodeStatus Far(DateTimeOffset now) => new()
    {
        Id = "faaaaaaaaaaa",
        Name = "far",
        Host = "far.example.com",
        TunnelAddress = IPAddress.Parse("10.213.0.2"),
        State = NodeState.Waiting,
        StateSince = now,
        CreatedAt = now,
        JoinedAt = now,
        TokenExpiresAt = now.AddHours(1),
    };

    private static string Wire(IRenderedComponent<NodesPage> page) => page.FindAll(".path .wire")[1].TextContent.Trim();

    private static void Press(IRenderedComponent<NodesPage> page, string label) =>
        page.FindAll(".node-detail .pp-button").First(button => button.TextContent.Trim() == label).Click();
}
