using Bunit;
using PortPortal.Components.Pages;
using PortPortal.Engine.Accounts;
using PortPortal.Engine.AllowLists;
using PortPortal.Engine.Common;
using PortPortal.Engine.Profiles;

namespace PortPortal.Tests.Components.Pages;

/// <summary>A page that an admin opened, and what its buttons do once the reader is a viewer: what a forged call over the circuit would do.</summary>
public sealed class StalePageTests
{
    [Fact]
    public async Task Session_CloseAndExpose_OnceAViewer_ChangeNothing()
    {
        await using var bench = await PageBench.StartAsync();
        await bench.Api.RegisterSessionAsync("shop");
        await bench.Api.ExposeAsync("shop", 3100, "sso");
        var page = bench.Context.Render<SessionDetail>(p => p.Add(detail => detail.Id, "shop"));
        var (close, pause) = (page.Find(".pp-switch"), page.FindAll("button").First(button => button.TextContent.Trim() == "Pause"));

        await bench.ReadAsAsync(Role.Viewer);
        await close.ClickAsync();
        await pause.ClickAsync();

        var session = await bench.Api.SessionAsync("shop");
        Assert.Equal("running", session.GetProperty("state").GetString());
        Assert.Equal(1, session.GetProperty("exposedPorts").GetArrayLength());
    }

    [Fact]
    public async Task Policy_Save_OnceAViewer_ChangesNothing()
    {
        await using var bench = await PageBench.StartAsync();
        var page = bench.Open<AccessPolicy>("/access/policy");
        var before = bench.Get<ProfileBook>().Policy;
        await page.FindAll(".pp-switch").First(one => one.GetAttribute("aria-label") == "Public").ClickAsync();

        await bench.ReadAsAsync(Role.Viewer);
        await page.FindAll("button").Single(button => button.TextContent.Trim() == "Save policy").ClickAsync();

        Assert.Equal(before, bench.Get<ProfileBook>().Policy);
        Assert.Contains("admin", page.Find("[role=alert]").TextContent, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Lists_Delete_OnceAViewer_ChangesNothing()
    {
        await using var bench = await PageBench.StartAsync();
        await bench.Api.SendAsync(HttpMethod.Post, "/v1/allow-lists", new { name = "friends", entries = new[] { new { rule = "*@studio.example" } } });
        var page = bench.Open<AccessLists>("/access?list=friends");
        var remove = page.FindAll("button").First(button => (button.GetAttribute("aria-label") ?? "").StartsWith("Remove", StringComparison.Ordinal));

        await bench.ReadAsAsync(Role.Viewer);
        await remove.ClickAsync();

        Assert.Single(bench.Get<AllowListFeed>().Find("friends")!.Entries);
    }

    [Fact]
    public async Task People_RoleAndRemoval_OnceAViewer_ChangeNothing()
    {
        await using var bench = await PageBench.StartAsync();
        await bench.Api.SendAsync(HttpMethod.Post, "/v1/users", new { name = "Otto", email = "otto@example.com", role = "member" });
        var page = bench.Open<Users>("/users");
        await page.FindAll(".people tbody .pp-menu-item").Single(item => item.TextContent.Trim() == "Remove").ClickAsync();

        await bench.ReadAsAsync(Role.Viewer);
        await page.Find(".people tbody select").ChangeAsync("0");
        await page.FindAll(".pp-confirm button").Single(button => button.TextContent.Trim() == "Remove").ClickAsync();

        var otto = Assert.Single(bench.Get<AccountDirectory>().Now.Users.Values);
        Assert.Equal((Role.Member, false), (otto.Role, otto.Disabled));
    }
}
