using PortPortal.BrowserTests.Support;

namespace PortPortal.BrowserTests;

/// <summary>Somebody who is not on the list asks; the owner sees it at once on whatever page they are, and one click lets them in.</summary>
[Collection(PortalCollection.Name)]
public sealed class AskForAccessStory(PortalFixture fixture)
{
    private static readonly string[] Others = ["*@other.example"];

    [Fact]
    public async Task Story_FromARefusalToTheApp()
    {
        await using var owner = await fixture.NewAdminPageAsync();
        await using var visitor = await fixture.NewAdminPageAsync(View.Phone);
        await fixture.Portal.Api.RegisterSessionAsync("asked-for");
        var port = await fixture.Portal.Api.ExposeAsync("asked-for", new { port = fixture.App.Port, access = "email", allowedEmails = Others });
        var url = port.GetProperty("url").GetString()!;
        await owner.OpenAsync("/");

        // 1 refused, known by sign-in, may ask
        await visitor.Page.GotoAsync($"{url}/.portportal/sign-in?to=/");
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Ask for access" }).ClickAsync();
        await Assertions.Expect(visitor.Page.Locator("h1")).ToHaveTextAsync("You have asked for access");

        // 2 the owner sees it without doing anything
        var asks = owner.Page.GetByRole(AriaRole.Region, new() { Name = "People who ask for access" });
        await Assertions.Expect(asks).ToContainTextAsync("of asked-for");
        await owner.ShootAsync("access-request");
        await owner.HoldsUpAsync();
        await asks.GetByRole(AriaRole.Button, new() { Name = $"Let {PortalFixture.AdminEmail} in for 1 h" }).ClickAsync();
        await Assertions.Expect(asks).ToBeHiddenAsync();

        // 3 the waiting page, which asks every 5 s, opens by itself
        await Assertions.Expect(visitor.Page.Locator("h1")).ToHaveTextAsync("Echo");
        await fixture.Portal.Api.TerminateAsync("asked-for");
    }
}
