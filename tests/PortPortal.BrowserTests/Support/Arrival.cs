using System.Text.RegularExpressions;

namespace PortPortal.BrowserTests.Support;

/// <summary>Waits for a page to get somewhere, by looking where it is.</summary>
/// <remarks>Playwright's own WaitForURLAsync looks once and then waits for an event: a navigation between the two is never seen.</remarks>
internal static class Arrival
{
    /// <param name="url">The whole address.</param>
    public static Task ArrivesAtAsync(this IPage page, string url) => page.ArrivesAtAsync(new Regex($"^{Regex.Escape(url)}$"));

    /// <param name="page">The page that is on its way, and loaded when this returns.</param>
    /// <param name="url">What its address has in it.</param>
    public static async Task ArrivesAtAsync(this IPage page, Regex url)
    {
        await Assertions.Expect(page).ToHaveURLAsync(url);
        await page.WaitForFunctionAsync("() => document.readyState === 'complete'");
    }
}
