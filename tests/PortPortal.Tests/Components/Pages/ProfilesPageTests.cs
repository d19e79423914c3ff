using System.Net;
using System.Net.Http.Json;
using Bunit;
using PortPortal.Components.Pages;
using PortPortal.Engine.Common;
using PortPortal.Engine.Exposures;
using PortPortal.Engine.Exposures.Limits;
using PortPortal.Engine.Profiles;
using PortPortal.Engine.Sessions;

namespace PortPortal.Tests.Components.Pages;

public sealed class ProfilesPageTests
{
    private static readonly object[] TwoPorts = [new { port = 3000 }, new { port = 3001 }];

    [Fact]
    public async Task Raise_OfASessionAtItsLimit_GivesItMoreAndNobodyElse()
    {
        await using var bench = await StartAsync();
        var page = bench.Open<AccessProfiles>("/access/profiles");
        Assert.Contains("2 of 1", page.Find(".close-to li").TextContent, StringComparison.Ordinal);
        Assert.Contains("1 at limit", page.Find(".profiles").TextContent, StringComparison.Ordinal);
        Assert.Single(bench.Get<ExposureFeed>().Of(Id(bench, "shop")), port => port.Waits);

        await page.InvokeAsync(() => Raise(page).ClickAsync()); // the page may render by itself between finding and clicking
        await page.InvokeAsync(() => page.FindAll("dialog input")[0].InputAsync("3"));
        await page.InvokeAsync(() => page.Find("dialog form.stack").SubmitAsync());

        // 1 the port that waited has its place, and there is room for one more
        page.WaitForAssertion(() => Assert.DoesNotContain(bench.Get<ExposureFeed>().Of(Id(bench, "shop")), port => port.Waits), TimeSpan.FromSeconds(5));
        Assert.Empty(page.FindAll("dialog"));
        await bench.Api.ExposeAsync("shop", 3002, "sso");

        // 2 the other session of the profile has what it had
        await bench.Api.ExposeAsync("billing", 3000, "sso");
        var refused = await bench.Api.Http.PostAsJsonAsync("/v1/sessions/billing/ports", new { port = 3001 });
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);

        // 3 said where people look: the profile, the session, the activity
        var own = await bench.Api.SendAsync(HttpMethod.Get, "/v1/profiles/shop");
        Assert.Equal((3, "email"), (own.GetProperty("maxExposedPorts").GetInt32(), own.GetProperty("widestAccess").GetString()));
        Assert.Equal("shop", bench.Get<SessionFeed>().Find(Id(bench, "shop"))!.Profile);
        Assert.Contains("session.raised", await bench.Api.Http.GetStringAsync("/v1/audit"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Raise_Twice_ChangesTheOneProfileItHas()
    {
        await using var bench = await StartAsync();
        var limits = bench.Get<LimitService>();

        foreach (var most in new[] { 3, 4 })
        {
            Assert.True((await limits.RaiseAsync(Id(bench, "shop"), new() { MaxExposedPorts = most }, Actor.System, [], CancellationToken.None)).Succeeded);
        }

        Assert.Equal(["dev", "lab", "shop", "strict"], bench.Get<ProfileBook>().All.Select(profile => profile.Name));
        Assert.Equal(4, bench.Get<ProfileBook>().Of("shop").MaxExposedPorts);
    }

    [Fact]
    public async Task Raise_ToLess_IsRefusedBesideTheField()
    {
        await using var bench = await StartAsync();
        var page = bench.Open<AccessProfiles>("/access/profiles");

        await page.InvokeAsync(() => Raise(page).ClickAsync()); // the page may render by itself between finding and clicking
        await page.InvokeAsync(() => page.FindAll("dialog input")[0].InputAsync("0"));
        await page.InvokeAsync(() => page.FindAll("dialog input")[1].InputAsync("many"));
        await page.InvokeAsync(() => page.Find("dialog form.stack").SubmitAsync());

        Assert.Equal(2, page.FindAll("dialog .pp-help.bad").Count);
        Assert.Contains("from 1, which lab gives already, to 1000", page.Find("dialog .pp-help.bad").TextContent, StringComparison.Ordinal);
        Assert.Null(bench.Get<ProfileBook>().Find("shop"));
    }

    [Theory]
    [InlineData(Role.Member)]
    [InlineData(Role.Viewer)]
    public async Task Raise_ByWhoIsNoAdmin_IsRefused(Role role)
    {
        await using var bench = await StartAsync();

        var outcome = await bench.Get<LimitService>().RaiseAsync(Id(bench, "shop"), new() { MaxExposedPorts = 9 }, new Actor("someone", "Someone", role), [], CancellationToken.None);

        Assert.Equal((403, RefusalCodes.NotAllowed), (outcome.Refusals[0].Status, outcome.Refusals[0].Code));
        Assert.Equal("lab", bench.Get<SessionFeed>().Find(Id(bench, "shop"))!.Profile);
    }

    /// <summary>Two sessions of a profile that allows one port; one of them declared two.</summary>
    private static async Task<PageBench> StartAsync()
    {
        var bench = await PageBench.StartAsync();
        await bench.Api.SendAsync(HttpMethod.Post, "/v1/profiles", new { name = "lab", maxExposedPorts = 1, widestAccess = "email" });
        await bench.Api.RegisterSessionAsync(new { name = "shop", address = "127.0.2.1", profile = "lab", network = new { expose = TwoPorts } });
        await bench.Api.RegisterSessionAsync(new { name = "billing", address = "127.0.2.2", profile = "lab" });
        return bench;
    }

    private static string Id(PageBench bench, string name) => bench.Get<SessionFeed>().FindByIdOrName(name)!.Id;

    private static AngleSharp.Dom.IElement Raise(IRenderedComponent<AccessProfiles> page) => page.FindAll(".close-to .pp-button").Single(button => button.TextContent.Trim() == "Raise for this session");
}
