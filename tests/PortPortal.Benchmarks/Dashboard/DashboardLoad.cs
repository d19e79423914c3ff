using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace PortPortal.Benchmarks.Dashboard;

/// <summary>Many sessions, many open pages and a steady stream of changes: what it costs the portal, and how soon a page shows one.</summary>
internal static class DashboardLoad
{
    private const int PortsEach = 4;
    private const int WarmUpSeconds = 20;
    private const int PerSecond = 10;
    private const int SeenPerSecond = 2; // of those, new sessions that every page has to show

    public static async Task RunAsync(int sessions, int pages, int seconds, TextWriter output)
    {
        await using var portal = await PortalProcess.StartAsync("--Logging:LogLevel:Default=Warning", "--Containers:Socket=none", "--Api:RequestsPerSecond=0");
        var person = new CookieContainer();
        await PortalPeople.SetUpAdminAsync(portal.Http, portal.SetUpLink!, person);

        // 1. The fleet.
        var began = Stopwatch.StartNew();
        await Parallel.ForAsync(0, sessions, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"fleet-{i:0000}");
            await portal.Api.RegisterSessionAsync(name);
            for (var port = 3000; port < 3000 + PortsEach; port++)
            {
                await portal.Api.ExposeAsync(name, port, port % 2 == 0 ? "sso" : "pin");
            }
        });
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{sessions} sessions with {PortsEach} ports each, made in {began.Elapsed.TotalSeconds:0} s"));

        // 2. Without pages: idle, then the changes alone, once the code for them and for a page is compiled.
        await Task.Delay(TimeSpan.FromSeconds(5));
        var names = 0;
        var idle = await CpuAsync(portal, () => Task.Delay(TimeSpan.FromSeconds(seconds)));
        await SayAsync("idle, no page", Percent(idle));
        var calls = new List<double>();
        await using (var first = await OpenPage.OpenAsync(portal.Http, portal.Portal, person, CancellationToken.None))
        {
            await ChangeAsync(portal, sessions, WarmUpSeconds, [first], () => ++names);
        }

        var changesAlone = await CpuAsync(portal, async () => (calls, _) = await ChangeAsync(portal, sessions, seconds, [], () => ++names));
        await SayAsync($"{PerSecond} changes/s, no page", $"{Percent(changesAlone)}; a call {Spread(calls)}");

        // 3. With pages.
        var emptyMemory = Memory(portal);
        var open = new List<OpenPage>();
        for (var i = 0; i < pages; i++)
        {
            open.Add(await OpenPage.OpenAsync(portal.Http, portal.Portal, person, CancellationToken.None));
        }

        await Task.Delay(TimeSpan.FromSeconds(5));
        var fullMemory = Memory(portal);
        var quiet = await CpuAsync(portal, () => Task.Delay(TimeSpan.FromSeconds(seconds)));
        await SayAsync($"{pages} pages, no change", Percent(quiet));
        var (batches, bytes) = (open.Sum(page => page.Batches), open.Sum(page => page.Bytes));
        var sights = new List<double>();
        var busy = await CpuAsync(portal, async () => (calls, sights) = await ChangeAsync(portal, sessions, seconds, open, () => ++names));
        (batches, bytes) = (open.Sum(page => page.Batches) - batches, open.Sum(page => page.Bytes) - bytes);
        var afterMemory = Memory(portal);
        await SayAsync($"{pages} pages, {PerSecond} changes/s", $"{Percent(busy)}; a call {Spread(calls)}");
        await SayAsync("pages' part of it", Percent(busy - changesAlone));
        await SayAsync("memory for each page", string.Create(CultureInfo.InvariantCulture, $"{(fullMemory - emptyMemory) / 1024.0 / pages:0} KB after opening, {(afterMemory - emptyMemory) / 1024.0 / pages:0} KB under load (resident; {emptyMemory >> 20} → {fullMemory >> 20} → {afterMemory >> 20} MB)"));
        await SayAsync("each page gets", string.Create(CultureInfo.InvariantCulture, $"{batches / (double)seconds / pages:0.0} batches/s, {bytes / 1024.0 / seconds / pages:0.0} KB/s"));
        await SayAsync("call begun → page shows it", Spread(sights));

        foreach (var page in open)
        {
            await page.DisposeAsync();
        }

        Task SayAsync(string what, string value) => output.WriteLineAsync($"{what,-28}{value}");
    }

    /// <returns>In milliseconds: how long each call took, and from the beginning of the call that made a session to each page that shows it.</returns>
    private static async Task<(List<double> Calls, List<double> Sights)> ChangeAsync(PortalProcess portal, int sessions, int seconds, List<OpenPage> pages, Func<int> next)
    {
        var (calls, sights) = (new List<Task<double>>(), new List<Task<double>>());
        var began = Stopwatch.GetTimestamp();
        for (var i = 0; i < seconds * PerSecond; i++)
        {
            var due = TimeSpan.FromSeconds(i / (double)PerSecond) - Stopwatch.GetElapsedTime(began);
            if (due > TimeSpan.Zero)
            {
                await Task.Delay(due);
            }

            if (i % (PerSecond / SeenPerSecond) == 0)
            {
                var name = string.Create(CultureInfo.InvariantCulture, $"a-{99999 - next():00000}"); // before all others, so that every page shows it
                var start = Stopwatch.GetTimestamp();
                sights.AddRange(pages.Select(page => SinceAsync(start, page.SeesAsync(name))));
                calls.Add(TookAsync(portal.Api.RegisterSessionAsync(name)));
            }
            else
            {
                var session = string.Create(CultureInfo.InvariantCulture, $"fleet-{i * 37 % sessions:0000}");
                calls.Add(TookAsync(portal.Api.ChangeAsync(session, 3000, new { label = string.Create(CultureInfo.InvariantCulture, $"change {next()}"), access = next() % 2 == 0 ? "sso" : "pin" })));
            }
        }

        var took = await Task.WhenAll(calls);
        return ([.. took], [.. await Task.WhenAll(sights).WaitAsync(TimeSpan.FromSeconds(30))]);
    }

    private static async Task<double> TookAsync(Task call)
    {
        var start = Stopwatch.GetTimestamp();
        await call;
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static string Spread(List<double> milliseconds)
    {
        milliseconds.Sort();
        return milliseconds.Count == 0 ? "none" : string.Create(CultureInfo.InvariantCulture, $"median {milliseconds[milliseconds.Count / 2]:0} ms, p99 {milliseconds[(int)(milliseconds.Count * 0.99)]:0} ms, of {milliseconds.Count}");
    }

    private static async Task<double> SinceAsync(long start, Task<long> seen) => Stopwatch.GetElapsedTime(start, await seen).TotalMilliseconds;

    /// <returns>Cores.</returns>
    private static async Task<double> CpuAsync(PortalProcess portal, Func<Task> during)
    {
        var (before, began) = (Cpu(portal), Stopwatch.GetTimestamp());
        await during();
        return (Cpu(portal) - before).TotalSeconds / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static TimeSpan Cpu(PortalProcess portal)
    {
        using var process = Process.GetProcessById(portal.Child.Id);
        return process.TotalProcessorTime;
    }

    private static long Memory(PortalProcess portal)
    {
        using var process = Process.GetProcessById(portal.Child.Id);
        return process.WorkingSet64;
    }

    private static string Percent(double cores) => string.Create(CultureInfo.InvariantCulture, $"{cores * 100:0.0} % of a core");
}
