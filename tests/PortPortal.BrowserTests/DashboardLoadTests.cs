using System.Globalization;
using System.Net.Http.Json;
using PortPortal.BrowserTests.Support;

namespace PortPortal.BrowserTests;

/// <summary>A big place that many look at: what the open pages cost the server, in processor time and in memory.</summary>
/// <remarks>The cost of the changes themselves is measured without pages first, and taken off. Processor time is the process's own, so that a busy machine does not count.</remarks>
public sealed class DashboardLoadTests
{
    private const int Sessions = 1000;
    private const int Pages = 50;
    private const int ChangesPerSecond = 10;
    private const double MostOfACore = 0.10;
    private const double MostKilobytesPerPage = 500;
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Dashboard_OfAThousandSessions_UnderTenChangesASecond_CostsLittleForEachOfFiftyPages()
    {
        await using var portal = await PortalProcess.StartAsync();
        await using var browser = await TrustingBrowser.StartAsync(portal.AuthorityPath);
        var options = View.Desktop.ToOptions();
        options.BaseURL = portal.Portal.ToString();
        var context = await browser.Chromium.NewContextAsync(options);
        await using var first = new PageUnderTest(await context.NewPageAsync(), View.Desktop);
        await SetUpAsync(first, portal);
        await Parallel.ForEachAsync(Enumerable.Range(0, Sessions), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (i, _) =>
            await portal.Api.RegisterSessionAsync(new { name = Name(i), address = "127.0.0.1", network = new { expose = Enumerable.Range(0, 4).Select(port => new { port = 21_000 + port, access = "sso" }) } }));

        // 1 what the changes cost while nobody looks
        await first.Page.GotoAsync("about:blank");
        var unseen = await MeasureAsync(portal);
        var (memoryBefore, before) = (await MemoryAsync(portal), unseen);

        // 2 the same while fifty pages look
        var pages = new List<IPage>();
        for (var i = 0; i < Pages; i++)
        {
            var page = await context.NewPageAsync();
            pages.Add(page);
            await page.GotoAsync("/", new() { Timeout = 60_000 });
            await page.WaitForSelectorAsync(".sessions tbody tr", new() { Timeout = 60_000 });
        }

        await Task.Delay(TimeSpan.FromSeconds(3));
        var memory = (await MemoryAsync(portal) - memoryBefore) / Pages;
        var seen = await MeasureAsync(portal);
        var said = string.Create(CultureInfo.InvariantCulture, $"{Sessions} sessions, {ChangesPerSecond} changes/s: {before:P1} of a core with nobody there, {seen:P1} with {Pages} pages, {memory:0} KB for each page");
        await File.WriteAllTextAsync(Repository.PathOf("artifacts", "dashboard-load.txt"), said + "\n");

        Assert.True(seen - before <= MostOfACore && memory <= MostKilobytesPerPage, said);
    }

    private static string Name(int i) => string.Create(CultureInfo.InvariantCulture, $"load-{i:0000}");

    private static async Task SetUpAsync(PageUnderTest page, PortalProcess portal)
    {
        await page.OpenAsync(portal.SetUpLink!.ToString());
        await page.Page.GetByLabel("Your name").FillAsync("Ada Byron");
        await page.Page.GetByLabel("E-mail", new() { Exact = true }).FillAsync("ada@example.com");
        await page.Page.GetByLabel("Passphrase", new() { Exact = true }).FillAsync("four random words beat one");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Create admin" }).ClickAsync();
        await page.Page.WaitForURLAsync(portal.Portal.ToString());
    }

    /// <returns>The share of one core that the program takes under the changes.</returns>
    private static async Task<double> MeasureAsync(PortalProcess portal)
    {
        using var process = System.Diagnostics.Process.GetProcessById(portal.Child.Id);
        var (began, used) = (TimeProvider.System.GetTimestamp(), process.TotalProcessorTime);
        using var pace = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / ChangesPerSecond));
        for (var i = 0; TimeProvider.System.GetElapsedTime(began) < Measured && await pace.WaitForNextTickAsync(); i++)
        {
            // The first rows are those in sight.
            using var changed = await portal.Api.Http.PatchAsJsonAsync($"/v1/sessions/{Name(i % 40)}/ports/21000", new { label = string.Create(CultureInfo.InvariantCulture, $"Change {i}") });
            changed.EnsureSuccessStatusCode();
        }

        process.Refresh();
        return (process.TotalProcessorTime - used) / TimeProvider.System.GetElapsedTime(began);
    }

    /// <returns>What the program holds in memory for itself, in KB: the least of a few looks, for garbage comes and goes.</returns>
    private static async Task<double> MemoryAsync(PortalProcess portal)
    {
        var least = double.MaxValue;
        for (var i = 0; i < 10; i++)
        {
            var line = (await File.ReadAllLinesAsync($"/proc/{portal.Child.Id}/status")).First(line => line.StartsWith("RssAnon:", StringComparison.Ordinal));
            least = Math.Min(least, double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture));
            await Task.Delay(TimeSpan.FromSeconds(1));
        }

        return least;
    }
}
