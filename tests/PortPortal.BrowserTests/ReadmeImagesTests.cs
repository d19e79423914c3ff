using PortPortal.BrowserTests.Support;

namespace PortPortal.BrowserTests;

/// <summary>The README's pictures, from a real portal with somebody in it.</summary>
/// <remarks>Written to <c>artifacts/readme</c>; <c>tests/readme-images.sh</c> puts them into docs/images.</remarks>
[Collection(PortalCollection.Name)]
public sealed class ReadmeImagesTests(PortalFixture fixture)
{
    private static readonly View Wide = View.Desktop with { Height = 720 };
    private static readonly string[] Colleagues = ["*@example.com"];
    private static readonly View Narrow = View.Phone with { Height = 720 };

    [Fact]
    public async Task Images_OfTheReadme_ShowAPortalAtWork()
    {
        // 1 sessions, one of them with a visitor
        var api = fixture.Portal.Api;
        var shop = await RegisterAsync("shop-front", (fixture.App.Port, "public", "Web"), (4000, "pin", "Admin"), (9229, "sso", "Inspector"));
        string[] sessions = [shop, await RegisterAsync("docs-site", (8000, "email", "Preview")), await RegisterAsync("pricing-api", (8080, "sso", "API"), (5050, "sso", "Metrics"))];
        await using var visitor = await fixture.NewPageAsync();
        await visitor.Page.GotoAsync((await UrlAsync(shop, fixture.App.Port))!);

        // 2 the portal, for those who own them; what listens on the machine of the tests is nobody's business
        await using var owner = await fixture.NewAdminPageAsync(Wide);
        await owner.OpenAsync("/");
        var list = (await owner.Page.GetByPlaceholder("Filter by name").BoundingBoxAsync())!;
        await ShootAsync(owner, "sessions", new() { X = list.X - 48, Y = list.Y - 12, Width = Wide.Width - list.X + 48, Height = 230 });
        await owner.OpenAsync($"/sessions/{shop}");
        await ShootAsync(owner, "session");

        // 3 the gate, for the one who has the link
        await using var guest = await fixture.NewPageAsync(Narrow);
        await guest.Page.GotoAsync((await UrlAsync(shop, 4000))!);
        await ShootAsync(guest, "gate");
        foreach (var session in sessions)
        {
            await api.TerminateAsync(session);
        }
    }

    private async Task<string> RegisterAsync(string name, params (int Port, string Access, string Label)[] ports)
    {
        var id = (await fixture.Portal.Api.RegisterSessionAsync(name)).GetProperty("id").GetString()!;
        foreach (var (port, access, label) in ports)
        {
            await fixture.Portal.Api.ExposeAsync(id, new { port, access, label, allowedEmails = access == "email" ? Colleagues : null });
        }

        return id;
    }

    private async Task<string?> UrlAsync(string session, int port) => (await fixture.Portal.Api.SessionAsync(session)).GetProperty("exposedPorts").EnumerateArray()
        .Single(exposed => exposed.GetProperty("port").GetInt32() == port).GetProperty("url").GetString();

    private static async Task ShootAsync(PageUnderTest page, string name, Clip? clip = null)
    {
        var file = Repository.PathOf("artifacts", "readme", $"{name}.png");
        await page.Page.ScreenshotAsync(new() { Path = file, Clip = clip, Scale = ScreenshotScale.Css, Animations = ScreenshotAnimations.Disabled });
        Assert.InRange(new FileInfo(file).Length, 5_000, 300_000);
    }
}
