using PortPortal.BrowserTests.Support;

namespace PortPortal.BrowserTests;

/// <summary>Every screen in every view: no axe violation, no sideways scrolling, no script error; and a picture of each.</summary>
/// <remarks>For the pictures alone: <c>dotnet test tests/PortPortal.BrowserTests --filter Screen</c>, then look into artifacts/screens.</remarks>
[Collection(PortalCollection.Name)]
public sealed class ScreenTests(PortalFixture fixture)
{
    [Theory]
    [MemberData(nameof(View.Matrix), MemberType = typeof(View))]
    public async Task Screen_OfAStranger_HoldsUp(View view)
    {
        await using var page = await fixture.NewPageAsync(view);
        foreach (var (name, path) in new[] { ("sign-in", "/sign-in"), ("set-up-code", "/set-up"), ("not-found", "/nowhere") })
        {
            await page.OpenAsync(path);
            await page.ShootAsync(name);
            await page.HoldsUpAsync();
        }
    }

    [Theory]
    [MemberData(nameof(View.Matrix), MemberType = typeof(View))]
    public async Task Screen_OfAnAdmin_HoldsUp(View view)
    {
        await using var page = await fixture.NewAdminPageAsync(view);
        foreach (var (name, path) in new[] { ("sessions", "/") })
        {
            await page.OpenAsync(path);
            await page.ShootAsync(name);
            await page.HoldsUpAsync();
        }
    }
}
