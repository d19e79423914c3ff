using PortPortal.BrowserTests.Support;

namespace PortPortal.BrowserTests;

/// <summary>A passkey on Chromium's own virtual authenticator: added at the account page, and enough to sign in.</summary>
[Collection(PortalCollection.Name)]
public sealed class PasskeyStory(PortalFixture fixture)
{
    [Fact]
    public async Task Passkey_AddedAtTheAccount_SignsInAndLeadsOn()
    {
        await using var page = await fixture.NewAdminPageAsync();
        var chromium = await page.Page.Context.NewCDPSessionAsync(page.Page);
        await chromium.SendAsync("WebAuthn.enable");
        await chromium.SendAsync("WebAuthn.addVirtualAuthenticator", new()
        {
            ["options"] = new Dictionary<string, object>(StringComparer.Ordinal)
            {
                ["protocol"] = "ctap2",
                ["transport"] = "internal",
                ["hasResidentKey"] = true,
                ["hasUserVerification"] = true,
                ["isUserVerified"] = true,
                ["automaticPresenceSimulation"] = true,
            },
        });

        // 1. Added.
        await page.Page.GotoAsync("/account");
        await page.Page.GetByLabel("Name of the new passkey").FillAsync("Test laptop");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Add a passkey" }).ClickAsync();
        await Assertions.Expect(page.Page.GetByText("Test laptop")).ToBeVisibleAsync();
        await page.IsAccessibleAsync();

        // 2. Signed out, and in again with nothing but that.
        await page.Page.Context.ClearCookiesAsync();
        await page.Page.GotoAsync("/account");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Use a passkey" }).ClickAsync();
        await page.Page.ArrivesAtAsync(new Uri(fixture.Portal.Portal, "/account").ToString());
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Ada Byron");

        // 3. Removed again: the account is as it was.
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Remove" }).ClickAsync();
        await Assertions.Expect(page.Page.GetByText("Test laptop")).ToHaveCountAsync(0);
    }
}
