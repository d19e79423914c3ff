using System.Globalization;
using System.Text.Json;
using PortPortal.BrowserTests.Support;

namespace PortPortal.BrowserTests;

/// <summary>A developer shares a port from the dialog, somebody opens it on a phone, and it is taken back.</summary>
[Collection(PortalCollection.Name)]
public sealed class LinkStory(PortalFixture fixture)
{
    private const string Profile = "links-may-admit";
    private static readonly TimeSpan CutWithin = TimeSpan.FromSeconds(1);

    private string Port => fixture.App.Port.ToString(CultureInfo.InvariantCulture);

    [Fact]
    public async Task P32_LinkFromTheDialog_OnAPhone_AsksThePin_AndIsOutWithinASecondOfBeingRevoked()
    {
        var (session, exposed) = await ExposeAsync();
        await using var portal = await fixture.NewAdminPageAsync();
        await using var phone = await fixture.NewPageAsync(View.Phone);

        // 1 the dialog, and the link
        await portal.OpenAsync($"/sessions/{session}");
        await portal.Page.GetByRole(AriaRole.Button, new() { Name = $"Share port {Port}" }).First.ClickAsync();
        var dialog = portal.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Who is it for?").FillAsync("Phone test");
        await dialog.GetByText("8 h", new() { Exact = true }).ClickAsync();
        await dialog.GetByText("5 times", new() { Exact = true }).ClickAsync();
        await dialog.GetByLabel("Starts at").FillAsync("/?from=link");
        var link = await CreateAsync(dialog);
        Assert.Matches($"^https://localhost:{fixture.Portal.Portal.Port}/share/[a-z2-7]{{26}}$", link);
        await portal.ShootAsync("share-made");
        await portal.HoldsUpAsync();

        // 2 the phone: the port's own check, then the real app at the page that was meant
        await phone.Page.GotoAsync(link);
        await phone.FitsItsWidthAsync();
        await phone.Page.Locator("input[name=pin]").FillAsync(exposed.GetProperty("pin").GetString()!);
        await phone.Page.Locator("input[name=pin]").PressAsync("Enter");
        await Assertions.Expect(phone.Page.Locator("#socket")).ToHaveTextAsync("hello");
        Assert.EndsWith("/?from=link", phone.Page.Url, StringComparison.Ordinal);
        Assert.DoesNotContain(fixture.App.Requests, request => request.Contains("code=", StringComparison.Ordinal));

        // 3 the portal shows it, live
        var row = dialog.GetByRole(AriaRole.Row).Filter(new() { HasText = "Phone test" });
        await Assertions.Expect(row).ToContainTextAsync("Open now");
        await Assertions.Expect(row).ToContainTextAsync("1 of 5");

        // 4 taken back
        await RevokeAndTimeAsync(portal.Page, dialog, phone.Page, "Phone test");
        await phone.Page.GotoAsync(link);
        await Assertions.Expect(phone.Page.Locator("h1")).ToHaveTextAsync("This link has been taken back");
        await phone.IsAccessibleAsync();
    }

    [Fact]
    public async Task BearerLink_OnAPhone_IsTheKey_UntilItIsRevoked()
    {
        var (session, _) = await ExposeAsync();
        await using var portal = await fixture.NewAdminPageAsync();
        await using var phone = await fixture.NewPageAsync(View.Phone);
        await portal.OpenAsync($"/sessions/{session}?share={Port}");
        var dialog = portal.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Who is it for?").FillAsync("Standup screen");
        await dialog.GetByText("Nothing, the link is the key").ClickAsync();
        var link = await CreateAsync(dialog);

        await phone.Page.GotoAsync(link);
        await Assertions.Expect(phone.Page.Locator("#socket")).ToHaveTextAsync("hello");

        await RevokeAndTimeAsync(portal.Page, dialog, phone.Page, "Standup screen");
        await phone.Page.ReloadAsync();
        await Assertions.Expect(phone.Page.Locator("h1")).ToHaveTextAsync("This link has been taken back");
    }

    [Fact]
    public async Task S07_PreviewLink_InARealBrowser_IsTheWholeApp_UntilItIsRevoked()
    {
        var (session, _) = await ExposeAsync();
        var made = await fixture.Portal.Api.SendAsync(HttpMethod.Post, $"/v1/sandboxes/{session}/preview-token", new { port = fixture.App.Port, ttl_seconds = 600 });
        await using var phone = await fixture.NewPageAsync(View.Phone);

        await phone.Page.GotoAsync($"{fixture.Portal.Portal}v1/p/{made.GetProperty("token").GetString()}/");
        Assert.Equal(new Uri(made.GetProperty("url").GetString()!), new Uri(phone.Page.Url));
        await Assertions.Expect(phone.Page.Locator("#socket")).ToHaveTextAsync("hello");
        await WatchAsync(phone.Page);
        var revokedAt = await phone.Page.EvaluateAsync<double>("Date.now()");
        await fixture.Portal.Api.SendAsync(HttpMethod.Delete, $"/v1/sessions/{session}/ports/{Port}/preview-links");

        await Assertions.Expect(phone.Page.Locator("#socket")).ToHaveTextAsync("closed");
        Assert.InRange(TimeSpan.FromMilliseconds(await phone.Page.EvaluateAsync<double>("window.closedAt") - revokedAt), TimeSpan.Zero, CutWithin);
        var response = await phone.Page.ReloadAsync();
        Assert.Equal(403, response!.Status);
    }

    [Fact]
    public async Task LinksPage_ExtendsAndRevokesManyAtOnce()
    {
        var (session, _) = await ExposeAsync();
        foreach (var label in new[] { $"one of {session}", $"two of {session}" })
        {
            await fixture.Portal.Api.SendAsync(HttpMethod.Post, $"/v1/sessions/{session}/ports/{Port}/share-links", new { label, ttlSeconds = 600 });
        }

        await using var page = await fixture.NewAdminPageAsync();
        await page.OpenAsync($"/links?q=of {session}");
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = session })).ToHaveCountAsync(2);
        await page.Page.GetByLabel("Select all links").CheckAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Change expiry" }).ClickAsync();
        await page.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Ends in 8 h" }).ClickAsync();
        await Assertions.Expect(page.Page.GetByText("7 h 59 m left")).ToHaveCountAsync(2);
        await page.ShootAsync("links-picked");
        await page.HoldsUpAsync();

        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Revoke 2" }).ClickAsync();
        await page.Page.GetByRole(AriaRole.Alertdialog).GetByRole(AriaRole.Button, new() { Name = "Revoke 2" }).ClickAsync();
        await Assertions.Expect(page.Page.GetByText("Revoked by Ada Byron")).ToHaveCountAsync(2);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = $"Make “one of {session}” again" }).ClickAsync();
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = $"one of {session}" })).ToHaveCountAsync(2);
    }

    private static async Task<string> CreateAsync(ILocator dialog)
    {
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Create link" }).ClickAsync();
        await Assertions.Expect(dialog.GetByText("Link created")).ToBeVisibleAsync();
        return (await dialog.Locator(".link-box a").GetAttributeAsync("href"))!;
    }

    /// <summary>From the click in the portal to the close in the other browser.</summary>
    private static async Task RevokeAndTimeAsync(IPage portal, ILocator dialog, IPage phone, string label)
    {
        await WatchAsync(phone);
        await portal.EvaluateAsync("addEventListener('click', () => { window.clickedAt = Date.now(); }, true)");
        await dialog.GetByRole(AriaRole.Button, new() { Name = $"Revoke “{label}”" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Revoke link" }).ClickAsync();
        await Assertions.Expect(phone.Locator("#socket")).ToHaveTextAsync("closed");
        var took = await phone.EvaluateAsync<double>("window.closedAt") - await portal.EvaluateAsync<double>("window.clickedAt");
        Assert.InRange(TimeSpan.FromMilliseconds(took), TimeSpan.Zero, CutWithin);
    }

    private static async Task WatchAsync(IPage app) =>
        await app.EvaluateAsync("new MutationObserver(() => { window.closedAt = Date.now(); }).observe(document.getElementById('socket'), { childList: true })");

    /// <summary>A port with a PIN, in a session whose profile lets links admit by themselves.</summary>
    private async Task<(string Session, JsonElement Exposed)> ExposeAsync()
    {
        var api = fixture.Portal.Api;
        var profiles = await api.SendAsync(HttpMethod.Get, "/v1/profiles");
        if (!profiles.EnumerateArray().Any(profile => profile.GetProperty("name").GetString() == Profile))
        {
            await api.SendAsync(HttpMethod.Post, "/v1/profiles", new { name = Profile, bearerLinks = true });
        }

        var session = (await api.RegisterSessionAsync(new { name = $"share-{Guid.NewGuid().ToString("N")[..8]}", address = "127.0.0.1", profile = Profile })).GetProperty("id").GetString()!;
        return (session, await api.ExposeAsync(session, fixture.App.Port, "pin"));
    }
}
