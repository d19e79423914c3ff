using Bunit;
using PortPortal.Components.Pages;
using PortPortal.Engine.Common;
using PortPortal.Engine.Sessions;
using SessionsPage = PortPortal.Components.Pages.Sessions;

namespace PortPortal.Tests.Components.Pages;

public sealed class SessionPagesTests
{
    [Fact]
    public async Task Sessions_WithoutAny_SaysHowOneGetsThere()
    {
        await using var bench = await PageBench.StartAsync();

        var page = bench.Open<SessionsPage>("/");

        Assert.Contains(page.FindAll(".pp-empty h3"), head => head.TextContent.Trim() == "No sessions yet");
    }

    [Theory]
    [InlineData("port:3100", "shop")]
    [InlineData("mode:public", "shop")]
    [InlineData("node:local bill", "billing")]
    [InlineData("owner:auto shop", "shop")]
    public async Task Sessions_Filtered_ShowWhatFits(string typed, string expected)
    {
        await using var bench = await PageBench.StartAsync();
        await bench.Api.RegisterSessionAsync("shop");
        await bench.Api.RegisterSessionAsync("billing");
        await bench.Api.ExposeAsync("shop", 3100);

        var page = bench.Open<SessionsPage>($"/?q={Uri.EscapeDataString(typed)}");

        Assert.Equal([expected], page.FindAll(".sessions tbody .c-nm b").Select(name => name.TextContent));
    }

    [Fact]
    public async Task Sessions_FilteredToNothing_OfferTheNearestWord()
    {
        await using var bench = await PageBench.StartAsync();
        await bench.Api.RegisterSessionAsync("checkout");

        var page = bench.Open<SessionsPage>("/?q=chekcout");

        Assert.Contains(page.FindAll(".pp-empty .pp-button"), button => button.TextContent.Trim() == "Search for checkout");
    }

    [Fact]
    public async Task Sessions_WhileOpen_ShowANewOneByItself()
    {
        await using var bench = await PageBench.StartAsync();
        var page = bench.Open<SessionsPage>("/");

        await bench.Api.RegisterSessionAsync("shop");

        page.WaitForAssertion(() => Assert.Equal("shop", page.Find(".sessions tbody .c-nm b").TextContent), TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Session_ThatIsNotThere_IsSaidToBeNotThere()
    {
        await using var bench = await PageBench.StartAsync();

        var page = bench.Context.Render<SessionDetail>(p => p.Add(detail => detail.Id, "nowhere"));

        Assert.Contains("There is no such session", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Session_OfAViewer_OffersNothingThatChangesIt()
    {
        await using var bench = await PageBench.StartAsync();
        await bench.Api.RegisterSessionAsync("shop");
        await bench.Api.ExposeAsync("shop", 3100, "sso");
        await bench.ReadAsAsync(Role.Viewer);

        var page = bench.Context.Render<SessionDetail>(p => p.Add(detail => detail.Id, "shop"));

        Assert.Single(page.FindAll(".ports .port"));
        Assert.Empty(page.FindAll(".pp-switch"));
        Assert.DoesNotContain(page.FindAll("button"), button => button.TextContent.Trim() is "Pause" or "Terminate session" or "Expose a port");
    }

    [Fact]
    public async Task Session_Paused_OffersToResumeFirst()
    {
        await using var bench = await PageBench.StartAsync();
        await bench.Api.RegisterSessionAsync("shop");
        var page = bench.Context.Render<SessionDetail>(p => p.Add(detail => detail.Id, "shop"));

        await bench.Api.PauseAsync("shop");

        page.WaitForAssertion(() => Assert.Equal("Resume", page.Find(".pp-head .pp-button.primary").TextContent.Trim()), TimeSpan.FromSeconds(5));
        Assert.Equal("Paused", page.Find(".pp-head .pp-status").TextContent.Trim());
    }

    [Fact]
    public async Task Session_WithoutAnEnd_IsGivenOne_AndLosesItAgain()
    {
        await using var bench = await PageBench.StartAsync();
        var id = (await bench.Api.RegisterSessionAsync("shop")).GetProperty("id").GetString()!;
        var page = bench.Context.Render<SessionDetail>(p => p.Add(detail => detail.Id, "shop"));
        var life = page.Find("[aria-label=Lifecycle]");
        Assert.Equal("no end", life.QuerySelector(".aside")!.TextContent.Trim());
        Assert.DoesNotContain(life.QuerySelectorAll("button"), button => button.TextContent.Trim() is "Extend 2 h" or "No end");

        var before = TimeProvider.System.GetUtcNow();
        await page.FindAll("[aria-label=Lifecycle] .pp-menu-item").Single(item => item.TextContent.Trim() == "Ends in 8 h").ClickAsync();

        page.WaitForAssertion(() => Assert.StartsWith("ends in", page.Find("[aria-label=Lifecycle] .aside").TextContent.Trim(), StringComparison.Ordinal), TimeSpan.FromSeconds(5));
        var end = bench.Get<SessionFeed>().Find(id)!.ExpiresAt!.Value;
        Assert.InRange(end, before.AddHours(8).AddSeconds(-1), TimeProvider.System.GetUtcNow().AddHours(8));

        await page.FindAll("[aria-label=Lifecycle] .pp-menu-item").Single(item => item.TextContent.Trim() == "No end").ClickAsync();

        page.WaitForAssertion(() => Assert.Equal("no end", page.Find("[aria-label=Lifecycle] .aside").TextContent.Trim()), TimeSpan.FromSeconds(5));
        Assert.Null(bench.Get<SessionFeed>().Find(id)!.ExpiresAt);
    }
}
