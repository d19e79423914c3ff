using AngleSharp.Dom;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using PortPortal.Components.Kit;
using PortPortal.Components.Pages;

namespace PortPortal.Tests.Components.Pages;

public sealed class UsersPageTests
{
    [Fact]
    public async Task People_WhileOpen_ShowWhoIsInvitedByItself()
    {
        await using var bench = await PageBench.StartAsync();
        var page = bench.Open<Users>("/users");

        await bench.Api.SendAsync(HttpMethod.Post, "/v1/users", new { name = "Otto", email = "otto@example.com" });

        page.WaitForAssertion(() => Assert.Equal("Invited", page.Find(".people tbody .c-state").TextContent.Trim()));
        Assert.Contains("otto@example.com", page.Find(".people tbody .c-who").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task People_TheLastAdmin_CannotBeMadeAMember()
    {
        await using var bench = await PageBench.StartAsync();
        await bench.Api.SendAsync(HttpMethod.Post, "/v1/users", new { name = "Ada", email = "ada@example.com", role = "admin" });
        var page = bench.Open<Users>("/users");

        await page.Find(".people tbody select").ChangeAsync("1");

        page.WaitForAssertion(() => Assert.Contains(bench.Context.Services.GetRequiredService<Toasts>().Shown, toast => toast.State == PpState.Danger && toast.Detail!.Contains("last admin", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task People_Disabled_AreAskedAboutFirst()
    {
        await using var bench = await PageBench.StartAsync();
        await bench.Api.SendAsync(HttpMethod.Post, "/v1/users", new { name = "Otto", email = "otto@example.com" });
        var page = bench.Open<Users>("/users");

        await page.FindAll(".people tbody .pp-menu-item").Single(item => item.TextContent.Trim() == "Disable").ClickAsync();
        Assert.StartsWith("Disable Otto?", page.Find(".pp-confirm p").TextContent, StringComparison.Ordinal);
        await page.FindAll(".pp-confirm button").Single(button => button.TextContent.Trim() == "Disable").ClickAsync();

        page.WaitForAssertion(() => Assert.Equal("Disabled", page.Find(".people tbody .c-state").TextContent.Trim()));
    }

    [Fact]
    public async Task People_Invited_GetALinkThatIsShownOnce()
    {
        await using var bench = await PageBench.StartAsync();
        var page = bench.Open<Users>("/users");
        await page.FindAll(".pp-head .pp-button")[0].ClickAsync();
        await page.FindAll("dialog input")[0].InputAsync("Otto");
        await page.FindAll("dialog input")[1].InputAsync("otto@example.com");

        await page.Find("dialog form.stack").SubmitAsync();
        page.WaitForAssertion(() => Assert.Contains("/account/welcome?code=", page.Find(".pp-secret .value").TextContent, StringComparison.Ordinal));
        await page.Find(".pp-secret > .pp-button").ClickAsync();

        Assert.DoesNotContain("/account/welcome?code=", page.Markup, StringComparison.Ordinal);
    }
}
