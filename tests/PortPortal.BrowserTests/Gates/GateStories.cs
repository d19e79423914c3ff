using System.Text.RegularExpressions;
using PortPortal.BrowserTests.Support;

namespace PortPortal.BrowserTests.Gates;

/// <summary>A visitor with a real browser at each gate: the proof it asks for and no other, and then the real app with a working WebSocket.</summary>
public sealed partial class GateStories(GateFixture fixture) : IClassFixture<GateFixture>
{
    public static TheoryData<View> Devices => [View.Desktop, View.Phone];

    [Fact]
    public async Task Story_AnAdmin_SetsUp_SeesTheRealProviderChecked_AndSendsARealTestMail()
    {
        await using var page = await fixture.NewPageAsync(View.Desktop);
        var screen = page.Page;

        // 1. The account, then the identity provider that configuration sets: found, and not to be changed here.
        await page.OpenAsync(fixture.Portal.SetUpLink!.ToString());
        foreach (var view in new[] { View.Phone, View.Desktop })
        {
            await page.HoldsUpInBothThemesAsync("set-up-admin", view);
        }

        await screen.GetByLabel("Your name").FillAsync("Ada Byron");
        await screen.GetByLabel("E-mail", new() { Exact = true }).FillAsync(PortalPeople.AdminEmail);
        await screen.GetByLabel("Passphrase", new() { Exact = true }).FillAsync(PortalPeople.AdminPassphrase);
        await screen.GetByRole(AriaRole.Button, new() { Name = "Create admin" }).ClickAsync();
        var checks = screen.GetByRole(AriaRole.List, new() { Name = "Checks" });
        await Assertions.Expect(checks).ToContainTextAsync("Provider found");
        await Assertions.Expect(checks).ToContainTextAsync("The provider sends people back here.");
        await Assertions.Expect(screen.GetByLabel("Client ID")).Not.ToBeEditableAsync();
        await page.HoldsUpAsync();
        await screen.GetByRole(AriaRole.Link, new() { Name = "Go on" }).ClickAsync();
        await Assertions.Expect(screen.GetByRole(AriaRole.Heading, new() { Name = "Mail", Level = 1 })).ToBeVisibleAsync();
        await screen.GetByRole(AriaRole.Link, new() { Name = "Go on" }).ClickAsync();
        await Assertions.Expect(screen.GetByRole(AriaRole.Heading, new() { Name = "First node" })).ToBeVisibleAsync();
        await screen.GetByRole(AriaRole.Link, new() { Name = "Go to sessions" }).ClickAsync();
        await screen.ArrivesAtAsync(fixture.Portal.Portal.ToString());

        // 2. A trial sign-in, from the settings.
        await page.OpenAsync("/settings");
        var trial = await screen.RunAndWaitForPopupAsync(() => screen.GetByRole(AriaRole.Link, new() { Name = "Try a sign-in" }).ClickAsync());
        await trial.GetByLabel("Name").FillAsync("mira");
        await trial.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Assertions.Expect(trial.GetByRole(AriaRole.Heading)).ToHaveTextAsync("The sign-in works");
        await Assertions.Expect(trial.GetByText("mira@lark.example, verified")).ToBeVisibleAsync();
        await Assertions.Expect(screen.GetByText("Last one worked")).ToBeVisibleAsync();

        // 3. A test mail.
        await screen.GetByLabel("Send a test mail to").FillAsync("ada@lark.example");
        await screen.GetByRole(AriaRole.Button, new() { Name = "Send a test mail" }).ClickAsync();
        await Assertions.Expect(screen.GetByText("The server took it.")).ToBeVisibleAsync();
        foreach (var view in new[] { View.Phone, View.Desktop })
        {
            await page.HoldsUpInBothThemesAsync("settings-mail", view);
        }

        var mail = await fixture.Mail.MailToAsync("ada@lark.example");
        Assert.Equal("Test mail from PortPortal", mail.GetProperty("subject").GetString());
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public async Task P19_Pin_TypedByAVisitor_OpensTheApp(View view)
    {
        var app = await fixture.ExposeAsync("pin");
        await using var page = await fixture.NewPageAsync(view);
        var asked = new Uri(app.Url, "?from=chat").ToString();

        // 1. A wrong one first.
        var answer = await page.Page.GotoAsync(asked);
        Assert.Equal(401, answer!.Status);
        Assert.Empty(await page.Page.Context.CookiesAsync());
        await page.Page.GetByLabel("PIN").FillAsync(app.Pin == "000000" ? "111111" : "000000");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Open" }).ClickAsync();
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("4 tries left");

        // 2. The right one leads to the page asked for.
        await page.Page.GetByLabel("PIN").FillAsync(app.Pin);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
        await IsInTheAppAsync(page);
        Assert.Equal(asked, page.Page.Url);
        Assert.DoesNotContain(fixture.App.Requests, request => request.Contains(app.Pin, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public async Task P24_EmailCode_ReadFromARealMail_OpensTheApp(View view)
    {
        var address = $"dana-{view.Name}@studio.example";
        var app = await fixture.ExposeAsync("email", null, "*@studio.example");
        await using var page = await fixture.NewPageAsync(view);

        // 1. The address.
        await page.Page.GotoAsync(app.Url.ToString());
        await page.Page.GetByLabel("E-mail").FillAsync(address.ToUpperInvariant());
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Send me a code" }).ClickAsync();
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Heading)).ToHaveTextAsync("Check your inbox");

        // 2. The mail, which came over STARTTLS from somebody who had logged in.
        var mail = await fixture.Mail.MailToAsync(address);
        Assert.True(mail.GetProperty("secure").GetBoolean());
        Assert.Equal("portportal", mail.GetProperty("user").GetString());
        var text = mail.GetProperty("text").GetString()!;
        Assert.Contains(app.Url.Authority, text, StringComparison.Ordinal);

        // 3. The code.
        await page.Page.GetByLabel("Code").FillAsync(SixDigits().Match(text).Value);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Open" }).ClickAsync();
        await IsInTheAppAsync(page);
    }

    [Fact]
    public async Task P23_UnlistedAddress_SeesTheSamePageAndGetsNoMail()
    {
        var app = await fixture.ExposeAsync("email", null, "*@studio.example");
        await using var listed = await fixture.NewPageAsync(View.Phone);
        await using var unlisted = await fixture.NewPageAsync(View.Phone);

        var first = await AskAsync(listed, app, "lena@studio.example");
        var second = await AskAsync(unlisted, app, "lena@other.example");

        Assert.Equal(first.Replace("studio", "other", StringComparison.Ordinal), second);
        await fixture.Mail.MailToAsync("lena@studio.example");
        Assert.Empty(fixture.Mail.MailsTo("lena@other.example"));
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public async Task P16_Sso_ThroughARealProvider_OpensThePageAskedForUntilTheySignOut(View view)
    {
        var app = await fixture.ExposeAsync("sso");
        await using var page = await fixture.NewPageAsync(view);
        var asked = new Uri(app.Url, "?from=mail").ToString();

        // 1. To the portal, to the provider, and back to the page asked for.
        await page.Page.GotoAsync(asked);
        await SignInAtProviderAsync(page, "nina");
        await page.Page.ArrivesAtAsync(asked);
        await IsInTheAppAsync(page);

        // 2. Signing out of the portal signs out of the provider, ends the grant and cuts what is open.
        var portal = await page.Page.Context.NewPageAsync();
        await portal.GotoAsync(fixture.Portal.Portal.ToString());
        await portal.EvaluateAsync("document.querySelector(\"form[action='/sign-out']\").requestSubmit()");
        await Assertions.Expect(page.Page.Locator("#socket")).ToHaveTextAsync("closed", new() { Timeout = 10_000 });
        await portal.GetByRole(AriaRole.Button, new() { Name = "Sign out of Lark ID" }).ClickAsync();
        await portal.ArrivesAtAsync(new Uri(fixture.Portal.Portal, "/sign-in?out").ToString());

        // 3. Coming back means proving it anew, at the provider too.
        await page.Page.GotoAsync(asked);
        await page.Page.GetByRole(AriaRole.Link, new() { NameRegex = Continue() }).ClickAsync();
        await Assertions.Expect(page.Page.GetByLabel("Name")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task E43_Provider_WithNewKeys_StillSignsPeopleIn()
    {
        var app = await fixture.ExposeAsync("sso");
        await using (var before = await fixture.NewPageAsync(View.Desktop))
        {
            await before.Page.GotoAsync(app.Url.ToString());
            await SignInAtProviderAsync(before, "nina");
            await IsInTheAppAsync(before);
        }

        await fixture.Provider.RollKeysAsync();

        await using var after = await fixture.NewPageAsync(View.Desktop);
        await after.Page.GotoAsync(app.Url.ToString());
        await SignInAtProviderAsync(after, "nina");
        await IsInTheAppAsync(after);
    }

    [Fact]
    public async Task E38_AddressThatTheProviderHasNotVerified_OpensNoEmailPort()
    {
        var app = await fixture.ExposeAsync("email", null, "sam@lark.example", "nina@lark.example");
        await using var sam = await fixture.NewPageAsync(View.Desktop);
        await using var nina = await fixture.NewPageAsync(View.Desktop);

        await SignInInsteadAsync(sam, app, "sam");
        await Assertions.Expect(sam.Page.GetByRole(AriaRole.Heading)).ToHaveTextAsync("You are not on the list");
        Assert.DoesNotContain(fixture.App.Requests, request => request.Contains("sam@lark.example", StringComparison.Ordinal));

        await SignInInsteadAsync(nina, app, "nina");
        await IsInTheAppAsync(nina);
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public async Task Waiting_ShowsTheAppByItselfAsSoonAsItListens(View view)
    {
        var port = FreePort.Next();
        var app = await fixture.ExposeAsync("public", port);
        await using var page = await fixture.NewPageAsync(view);
        var answer = await page.Page.GotoAsync(new Uri(app.Url, "?tab=2").ToString());
        Assert.Equal(503, answer!.Status);
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Heading)).ToHaveTextAsync($"Nothing is listening on port {port} yet");

        await using var late = await EchoApp.StartAsync(port: port);

        await IsInTheAppAsync(page);
        Assert.EndsWith("?tab=2", page.Page.Url, StringComparison.Ordinal);
    }

    private static async Task<string> AskAsync(PageUnderTest page, ExposedApp app, string address)
    {
        await page.Page.GotoAsync(app.Url.ToString());
        await page.Page.GetByLabel("E-mail").FillAsync(address);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Send me a code" }).ClickAsync();
        await Assertions.Expect(page.Page.GetByLabel("Code")).ToBeVisibleAsync();
        return await page.Page.ContentAsync();
    }

    private static async Task SignInInsteadAsync(PageUnderTest page, ExposedApp app, string who)
    {
        await page.Page.GotoAsync(app.Url.ToString());
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in instead" }).ClickAsync();
        await SignInAtProviderAsync(page, who);
    }

    private static async Task SignInAtProviderAsync(PageUnderTest page, string who)
    {
        await page.Page.GetByRole(AriaRole.Link, new() { NameRegex = Continue() }).ClickAsync();
        await page.Page.GetByLabel("Name").FillAsync(who);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
    }

    private static async Task IsInTheAppAsync(PageUnderTest page)
    {
        await Assertions.Expect(page.Page.Locator("#socket")).ToHaveTextAsync("hello");
        await Assertions.Expect(page.Page.Locator("#ticks")).ToHaveTextAsync(Digits());
    }

    [GeneratedRegex(@"\b[0-9]{6}\b", RegexOptions.None, 1000)]
    private static partial Regex SixDigits();

    [GeneratedRegex("^[0-9]+$", RegexOptions.None, 1000)]
    private static partial Regex Digits();

    [GeneratedRegex("^Continue with ", RegexOptions.None, 1000)]
    private static partial Regex Continue();
}
