using System.Text.Json;
using PortPortal.BrowserTests.Support;

namespace PortPortal.BrowserTests;

/// <summary>Every screen in every view: no axe violation, no sideways scrolling, no script error; and a picture of each.</summary>
/// <remarks>For the pictures alone: <c>dotnet test tests/PortPortal.BrowserTests --filter Screen</c>, then look into artifacts/screens.</remarks>
[Collection(PortalCollection.Name)]
public sealed class ScreenTests(PortalFixture fixture)
{
    private static readonly string[] Offices = ["203.0.113.0/24", "2001:db8::/32"];

    [Theory]
    [MemberData(nameof(View.Sizes), MemberType = typeof(View))]
    public async Task Screen_OfAStranger_HoldsUp(View view)
    {
        await using var page = await fixture.NewPageAsync(view);
        foreach (var (name, path) in new[] { ("sign-in", "/sign-in"), ("set-up-code", "/set-up"), ("not-found", "/nowhere") })
        {
            await page.OpenAsync(path);
            await page.HoldsUpInBothThemesAsync(name, view);
        }
    }

    [Theory]
    [MemberData(nameof(View.Sizes), MemberType = typeof(View))]
    public async Task Screen_OfAnAdmin_HoldsUp(View view)
    {
        var session = await ShopAsync();
        await using var page = await fixture.NewAdminPageAsync(view);
        foreach (var (name, path) in new[] { ("sessions", "/"), ("session", $"/sessions/{session}"), ("this-machine", "/sessions/this-machine"), ("access", "/access"), ("access-policy", "/access/policy"), ("access-profiles", "/access/profiles"), ("nodes", "/nodes"), ("share", $"/sessions/{session}?share=4000"), ("links", "/links"), ("activity", "/activity"), ("people", "/users"), ("settings", "/settings"), ("set-up-address", "/set-up/address"), ("set-up-mail", "/set-up/mail"), ("set-up-node", "/set-up/node"), ("outbox", "/outbox"), ("account", "/account"), ("not-found-admin", "/nowhere") })
        {
            await page.OpenAsync(path);
            await page.HoldsUpInBothThemesAsync(name, view);
        }
    }

    /// <summary>One session that all pictures show: a public port that somebody serves, and one for colleagues that nobody serves.</summary>
    private async Task<string> ShopAsync()
    {
        var api = fixture.Portal.Api;
        var sessions = await api.SendAsync(HttpMethod.Get, "/v1/sessions");
        if (sessions.EnumerateArray().FirstOrDefault(session => session.GetProperty("name").GetString() == "shop") is { ValueKind: JsonValueKind.Object } there)
        {
            return there.GetProperty("id").GetString()!;
        }

        var made = await api.RegisterSessionAsync("shop");
        await api.ExposeAsync("shop", new { port = fixture.App.Port, access = "public", label = "Web" });
        await api.ExposeAsync("shop", new { port = 4000, access = "sso", label = "Admin" });
        await api.SendAsync(HttpMethod.Post, "/v1/sessions/shop/port-forwards", new { guestPort = fixture.App.Port, label = "Raw" });
        await api.SendAsync(HttpMethod.Post, "/v1/sessions/shop/port-forwards", new { guestPort = 5432, label = "Orders", sources = Offices });
        return made.GetProperty("id").GetString()!;
    }
}
