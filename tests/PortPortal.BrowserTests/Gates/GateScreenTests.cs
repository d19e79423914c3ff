using System.Net;
using PortPortal.BrowserTests.Support;

namespace PortPortal.BrowserTests.Gates;

/// <summary>Every page a visitor can meet instead of the app, in every view down to 320 pixels: no axe violation, no sideways scrolling, and a picture of each.</summary>
/// <remarks>For the pictures alone: <c>dotnet test tests/PortPortal.BrowserTests --filter GateScreen</c>, then look into artifacts/screens.</remarks>
public sealed class GateScreenTests(GateFixture fixture) : IClassFixture<GateFixture>
{
    private static readonly View Small = new("small", 320, 568, ColorScheme.Light);

    [Fact]
    public async Task GatePage_OfEveryKind_HoldsUp()
    {
        await using var page = await fixture.NewPageAsync(View.Desktop);

        // 1. PIN: asked, wrong, too often from here, too often from everywhere.
        var pin = await fixture.ExposeAsync("pin");
        await page.Page.GotoAsync(pin.Url.ToString());
        await HoldsUpAsync(page, "pin", "Enter the PIN");
        for (var tries = 0; tries < 5; tries++)
        {
            await page.Page.GetByLabel("PIN").FillAsync("12345" + tries);
            await page.Page.GetByLabel("PIN").PressAsync("Enter");
            await Assertions.Expect(page.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync(tries < 3 ? $"{4 - tries} tries left" : tries == 3 ? "1 try left" : "No tries left");
            if (tries == 1)
            {
                await HoldsUpAsync(page, "pin-wrong", "That PIN does not match");
            }
        }

        await page.Page.GotoAsync(pin.Url.ToString());
        await HoldsUpAsync(page, "locked", "Too many tries");
        var besieged = await BesiegedAsync();
        await page.Page.GotoAsync(besieged.Url.ToString());
        await HoldsUpAsync(page, "locked-for-everyone", "The PIN page is closed for now");

        // 2. E-mail: asked, no address, a code, a wrong one, one used up.
        var email = await fixture.ExposeAsync("email", null, "*@studio.example");
        await page.Page.GotoAsync(email.Url.ToString());
        await HoldsUpAsync(page, "email", "Enter your e-mail");
        await SubmitAsync(page, "E-mail", "dana@studio");
        await HoldsUpAsync(page, "email-wrong", "Enter your e-mail");
        await SubmitAsync(page, "E-mail", "dana@studio.example");
        await HoldsUpAsync(page, "email-code", "Check your inbox");
        await SubmitAsync(page, "Code", "000000");
        await HoldsUpAsync(page, "email-code-wrong", "That code does not match");
        for (var tries = 1; tries < 5; tries++)
        {
            await SubmitAsync(page, "Code", "000000");
        }

        await HoldsUpAsync(page, "email-code-over", "You need a new code");

        // 3. Sign-in that came back without its beginning; somebody whom the list does not name; somebody kept out.
        var sso = await fixture.ExposeAsync("sso");
        await page.Page.GotoAsync(new Uri(sso.Url, "/.portportal/enter?code=x&state=x").ToString());
        await HoldsUpAsync(page, "sso", "Sign in to open this");
        var closed = await fixture.ExposeAsync("public");
        foreach (var address in new[] { "127.0.0.1", "::1" })
        {
            await fixture.Portal.Api.SendAsync(HttpMethod.Post, $"/v1/sessions/{closed.Session}/ports/{closed.Port}/kept-out", new { address });
        }

        await page.Page.GotoAsync(closed.Url.ToString());
        await HoldsUpAsync(page, "kept-out", "This is closed to you");

        // 4. What only those see who may come in.
        var paused = await fixture.ExposeAsync("public");
        await fixture.Portal.Api.PauseAsync(paused.Session);
        await page.Page.GotoAsync(paused.Url.ToString());
        await HoldsUpAsync(page, "paused", "Paused for now");
        var waiting = await fixture.ExposeAsync("public", FreePort.Next());
        await page.Page.GotoAsync(waiting.Url.ToString());
        await HoldsUpAsync(page, "waiting", $"Nothing is listening on port {waiting.Port} yet");

        // 5. What is over: a port that the visitor was in, and a link.
        var ended = await fixture.ExposeAsync("pin");
        await page.Page.GotoAsync(ended.Url.ToString());
        await page.Page.GetByLabel("PIN").FillAsync(ended.Pin);
        await page.Page.GetByLabel("PIN").PressAsync("Enter");
        await page.Page.ArrivesAtAsync(ended.Url.ToString());
        var link = await fixture.Portal.Api.SendAsync(HttpMethod.Post, $"/v1/sessions/{paused.Session}/ports/{paused.Port}/share-links", new { label = "review" });
        await fixture.Portal.Api.CloseAsync(ended.Session, ended.Port);
        await page.Page.GotoAsync(ended.Url.ToString());
        await HoldsUpAsync(page, "ended", "This has been closed");
        await fixture.Portal.Api.SendAsync(HttpMethod.Delete, $"/v1/share-links/{link.GetProperty("id").GetString()}");
        await page.Page.GotoAsync(link.GetProperty("url").GetString()!);
        await HoldsUpAsync(page, "link-over", "This link has been taken back");

        // 6. Nothing at all.
        await page.Page.GotoAsync(new UriBuilder(closed.Url) { Host = "3000-nowhere.localhost" }.Uri.ToString());
        await HoldsUpAsync(page, "gate-not-found", "There is nothing here");

        // 7. What is open, of all sessions and of one.
        await page.Page.GotoAsync(new UriBuilder(closed.Url) { Host = "localhost" }.Uri.ToString());
        await HoldsUpAsync(page, "index", "Open to everyone");
        await page.Page.GotoAsync(new UriBuilder(closed.Url) { Host = $"{closed.Session}.localhost" }.Uri.ToString());
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Listitem)).ToHaveCountAsync(1);
        await page.ShootAsync("gate-index-session");
        await page.HoldsUpAsync();

        // 8. A name that the session does not have.
        await page.Page.GotoAsync(new UriBuilder(closed.Url) { Host = $"wbe.{closed.Session}.localhost" }.Uri.ToString());
        await HoldsUpAsync(page, "index-wrong-name", "Not by that name");
    }

    [Fact]
    public async Task GatePage_OfSomebodyNotOnTheList_HoldsUp()
    {
        await using var page = await fixture.NewPageAsync(View.Desktop);
        var app = await fixture.ExposeAsync("email", null, "nina@lark.example");
        await page.Page.GotoAsync(app.Url.ToString());
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in instead" }).ClickAsync();
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "Continue with" }).ClickAsync();
        await page.Page.GetByLabel("Name").FillAsync("mira");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await HoldsUpAsync(page, "denied", "You are not on the list");
    }

    private static async Task SubmitAsync(PageUnderTest page, string label, string text)
    {
        var field = page.Page.GetByLabel(label);
        await field.EvaluateAsync("(field, text) => { field.form.noValidate = true; field.value = text; }", text);
        await Task.WhenAll(page.Page.WaitForResponseAsync(response => response.Request.Method == "POST"), field.PressAsync("Enter"));
    }

    private static async Task HoldsUpAsync(PageUnderTest page, string name, string heading)
    {
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(heading);
        foreach (var view in new[] { View.Desktop, View.Phone, Small })
        {
            await page.HoldsUpInBothThemesAsync($"gate-{name}", view);
        }

        await page.ShowAsync(View.Desktop);
    }

    /// <summary>A port at which ten addresses have guessed five times each.</summary>
    private async Task<ExposedApp> BesiegedAsync()
    {
        var app = await fixture.ExposeAsync("pin");
        for (var address = 0; address < 10; address++)
        {
            using var visitor = new PortalVisitor(fixture.Portal.Http.ComingFrom(IPAddress.Parse($"127.0.1.{address + 1}")), app.Url);
            for (var tries = 0; tries < 5; tries++)
            {
                using var wrong = await visitor.TryPinAsync("no PIN");
            }
        }

        return app;
    }
}
