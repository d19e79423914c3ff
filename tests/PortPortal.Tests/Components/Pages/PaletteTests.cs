using Bunit;
using PortPortal.Components.Dialogs;
using PortPortal.Engine.Common;

namespace PortPortal.Tests.Components.Pages;

public sealed class PaletteTests
{
    [Fact]
    public async Task Palette_ShareOfASessionWithManyPorts_AsksWhich()
    {
        await using var bench = await PageBench.StartAsync();
        var id = (await bench.Api.RegisterSessionAsync("shop")).GetProperty("id").GetString();
        await bench.Api.ExposeAsync("shop", 3000, "sso");
        await bench.Api.ExposeAsync("shop", 6006, "sso");
        var closed = false;
        var palette = Open(bench, () => closed = true);

        await palette.Find("input").InputAsync("share shop");
        await Option(palette, "Share a port of shop…").ClickAsync();

        Assert.False(closed);
        Assert.Equal("", palette.Find("input").GetAttribute("value") ?? "");
        Assert.Equal([$"/sessions/{id}?share=3000", $"/sessions/{id}?share=6006"], palette.FindAll("[role=option]").Select(option => option.GetAttribute("href")));
        await palette.FindAll("[role=option]")[1].ClickAsync();
        Assert.True(closed);
    }

    [Fact]
    public async Task Palette_ShareOfASessionWithOnePort_LeadsThere_AndItsLinksAreCounted()
    {
        await using var bench = await PageBench.StartAsync();
        var id = (await bench.Api.RegisterSessionAsync("shop")).GetProperty("id").GetString();
        await bench.Api.RegisterSessionAsync("empty");
        await bench.Api.ExposeAsync("shop", 3000, "sso");
        var links = (await bench.Api.SendAsync(HttpMethod.Get, "/v1/share-links")).GetArrayLength();
        var palette = Open(bench);

        await palette.Find("input").InputAsync("share");

        Assert.Equal($"/sessions/{id}?share=3000", Option(palette, "Share a port of shop…").GetAttribute("href"));
        Assert.Equal("/links?q=shop&show=active", Option(palette, "Share links to shop").GetAttribute("href"));
        Assert.EndsWith($"{links}", Option(palette, "Share links to shop").TextContent.Trim(), StringComparison.Ordinal);
        Assert.DoesNotContain("empty", palette.Find(".found").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Palette_Checks_LeadToThePortsAccess_AndCompareTheForwards()
    {
        await using var bench = await PageBench.StartAsync();
        var id = (await bench.Api.RegisterSessionAsync("shop")).GetProperty("id").GetString();
        await bench.Api.ExposeAsync("shop", 3000, "sso");
        await bench.Api.SendAsync(HttpMethod.Post, "/v1/sessions/shop/port-forwards", new { guestPort = 5432 });
        var palette = Open(bench);

        await palette.Find("input").InputAsync("check");
        Assert.EndsWith("1 forward", Option(palette, "Check the TCP forwards now").TextContent.Trim(), StringComparison.Ordinal);
        await Option(palette, "Check the TCP forwards now").ClickAsync();
        await Option(palette, "Check an address against a port…").ClickAsync();

        Assert.Equal($"/sessions/{id}?port=3000", Option(palette, "Who gets into port 3000 of shop").GetAttribute("href"));
        Assert.Contains("node.repaired", await bench.Api.Http.GetStringAsync("/v1/audit"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Palette_OfAViewer_SharesNothing()
    {
        await using var bench = await PageBench.StartAsync();
        await bench.Api.RegisterSessionAsync("shop");
        await bench.Api.ExposeAsync("shop", 3000, "sso");

        var palette = Open(bench, role: Role.Viewer);

        Assert.DoesNotContain("Share a port", palette.Find(".found").TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("Check", palette.Find(".found").TextContent, StringComparison.Ordinal);
        Assert.Contains("Session shop", palette.Find(".found").TextContent, StringComparison.Ordinal);
    }

    private static IRenderedComponent<Palette> Open(PageBench bench, Action? onClose = null, Role role = Role.Admin) => bench.Context.Render<Palette>(parameters => parameters
        .Add(palette => palette.Reader, new Actor("someone", "Someone", role))
        .Add(palette => palette.Places, [])
        .Add(palette => palette.OnClose, onClose ?? (() => { })));

    private static AngleSharp.Dom.IElement Option(IRenderedComponent<Palette> palette, string text) => palette.FindAll("[role=option]").Single(option => option.TextContent.Contains(text, StringComparison.Ordinal));
}
