using System.Text.RegularExpressions;
using PortPortal.BrowserTests.Support;

namespace PortPortal.BrowserTests;

/// <summary>An admin connects a real identity provider at the set-up page, somebody comes in through it at once, and it is taken away again.</summary>
[Collection(PortalCollection.Name)]
public sealed class ProviderStory(PortalFixture fixture)
{
    [Fact]
    public async Task Story_AProvider_IsTyped_Saved_Used_AndTakenAway_WithoutARestart()
    {
        var issuer = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        await using var provider = await OidcServer.StartAsync(issuer, fixture.Portal.Portal);
        await using var page = await fixture.NewAdminPageAsync();
        await using var stranger = await fixture.NewPageAsync();
        var screen = page.Page;

        // 1 typed, and looked at meanwhile
        await page.OpenAsync("/set-up/sign-in");
        await screen.GetByLabel("Issuer", new() { Exact = true }).FillAsync(issuer.ToString().TrimEnd('/'));
        await screen.GetByLabel("Client ID").FillAsync("somebody-else");
        var checks = screen.GetByRole(AriaRole.List, new() { Name = "Checks" });
        await Assertions.Expect(checks).ToContainTextAsync("Redirect address refused");
        await screen.GetByLabel("Client ID").FillAsync(OidcServer.ClientId);
        await screen.GetByLabel("Client secret").FillAsync(OidcServer.ClientSecret);
        await screen.GetByLabel("Admins are in").FillAsync("lark-admins");
        await Assertions.Expect(checks).ToContainTextAsync("The provider sends people back here.");
        await Assertions.Expect(checks).ToContainTextAsync("The provider tells which groups people are in.");
        foreach (var view in new[] { View.Phone, View.Desktop })
        {
            await page.HoldsUpInBothThemesAsync("set-up-sign-in", view);
        }

        // 2 saved: somebody who has never been here comes in through it
        await screen.GetByRole(AriaRole.Button, new() { Name = "Save and go on" }).ClickAsync();
        await screen.ArrivesAtAsync(new Uri(fixture.Portal.Portal, "set-up/mail").ToString());
        await stranger.OpenAsync("/sign-in");
        await stranger.Page.GetByRole(AriaRole.Link, new() { Name = "Continue with 127.0.0.1" }).ClickAsync();
        await stranger.Page.GetByLabel("Name").FillAsync("nina");
        await stranger.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await stranger.Page.ArrivesAtAsync(fixture.Portal.Portal.ToString());
        await Assertions.Expect(stranger.Page.GetByText("Nina Holm").First).ToBeVisibleAsync();

        // 3 the settings show it without its secret, and say what taking it away does
        await page.OpenAsync("/settings");
        var panel = screen.GetByRole(AriaRole.Region, new() { Name = "Sign-in" });
        await Assertions.Expect(panel).ToContainTextAsync("127.0.0.1 configured");
        await Assertions.Expect(panel.GetByLabel("Client secret")).ToHaveValueAsync("");
        await Assertions.Expect(panel.GetByRole(AriaRole.Link, new() { Name = "Try a sign-in" })).ToBeVisibleAsync();
        await Assertions.Expect(panel).ToContainTextAsync("Last one worked");
        await Assertions.Expect(panel.GetByLabel("Scopes")).ToBeHiddenAsync();
        foreach (var view in new[] { View.Phone, View.Desktop })
        {
            await page.HoldsUpInBothThemesAsync("settings-provider", view);
        }

        await panel.GetByText("More", new() { Exact = true }).ClickAsync();
        await page.HoldsUpInBothThemesAsync("settings-provider-more", View.Desktop);
        await panel.GetByRole(AriaRole.Button, new() { Name = "Another way to sign in" }).ClickAsync();
        await panel.GetByText("No SSO").ClickAsync();
        await Assertions.Expect(panel).ToContainTextAsync("Saving takes 127.0.0.1 off the sign-in page");
        await panel.GetByLabel("Sign out everyone who came by 127.0.0.1").CheckAsync();
        foreach (var view in new[] { View.Phone, View.Desktop })
        {
            await page.HoldsUpInBothThemesAsync("settings-provider-away", view);
        }

        await panel.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(panel).ToContainTextAsync("Local accounts only");

        // 4 who came by it is out, where they are; nobody else can come that way
        await stranger.Page.ArrivesAtAsync(new Regex("/sign-in"));
        await using var late = await fixture.NewPageAsync();
        await late.OpenAsync("/sign-in");
        await Assertions.Expect(late.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true })).ToBeVisibleAsync();
        await Assertions.Expect(late.Page.GetByText("Continue with")).ToHaveCountAsync(0);
    }
}
