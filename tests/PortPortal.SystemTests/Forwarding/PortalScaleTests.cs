using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Xunit.Abstractions;

namespace PortPortal.SystemTests.Forwarding;

/// <summary>The whole program with ten thousand forwards: its start, and one more.</summary>
[Collection(HeavyCollection.Name)]
public sealed class PortalScaleTests(PortalLab lab, ITestOutputHelper output) : IClassFixture<PortalLab>
{
    private const int Count = 10_000;
    private const int Changes = 21;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10); // of the kernel's accounts
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [SystemFact]
    public async Task TenThousandForwards_OfTheWholeProgram_StartAndChangeInTime()
    {
        await lab.StartAsync();
        var (_, forward) = await lab.OpenToAppAsync("web");
        await lab.Portal.Child.StopAsync(TimeSpan.FromSeconds(20));
        await SeedAsync(forward.GetProperty("id").GetString()!);
        var (wall, cpu) = await StartAsync();
        output.WriteLine($"start until all are in force: {wall.TotalMilliseconds:0} ms, {cpu.TotalMilliseconds:0} ms of processor time");

        var session = await lab.SessionAsync("10.77.0.3");
        var (opening, closing) = (new List<double>(), new List<double>());
        var before = Cpu();
        for (var i = 0; i < Changes; i++)
        {
            var clock = Stopwatch.StartNew();
            var more = await lab.OpenAsync(session, 5000 + i);
            opening.Add(clock.Elapsed.TotalMilliseconds);
            Assert.Equal(("active", "kernel"), (more.GetProperty("state").GetString(), more.GetProperty("path").GetString()));
            clock.Restart();
            await lab.CloseAsync(more);
            closing.Add(clock.Elapsed.TotalMilliseconds);
        }

        var each = (Cpu() - before) / (2 * Changes);
        output.WriteLine($"one more, by the API and back: {Median(opening):0.0} ms; one less: {Median(closing):0.0} ms; {each.TotalMilliseconds:0.0} ms of processor time each");
        output.WriteLine($"process: {ResidentMegabytes():0} MB, {Directory.GetFiles($"/proc/{lab.Portal.Child.Id}/fd").Length} descriptors");

        Assert.Equal("web", await PortalLab.ReachAsync(lab.Lab.Visitor, ForwardingLab.HostAddress, PortalLab.PortOf(forward)));
        // Several times what an idle machine takes, for its compiler is at work meanwhile: what grows with the square of ten thousand is more.
        Assert.InRange(cpu.TotalMilliseconds, 0, 20_000);
        Assert.InRange(each.TotalMilliseconds, 0, 150);
    }

    private async Task<(TimeSpan Wall, TimeSpan Cpu)> StartAsync()
    {
        var clock = Stopwatch.StartNew();
        await lab.Portal.RestartAsync();
        await Eventually.TrueAsync(async () => (await lab.NodeAsync()).GetProperty("found").GetInt32() == Count + 1, "all are in force", Patience);
        return (clock.Elapsed, Cpu());
    }

    /// <summary>Ten thousand more like one that is there: by the API they would be 2 000 sessions.</summary>
    private async Task SeedAsync(string like)
    {
        await using var database = new SqliteConnection($"Data Source={Path.Combine(lab.Portal.DataDirectory, "portportal.db")};Pooling=False");
        await database.OpenAsync();
        await using var seed = database.CreateCommand();
        seed.CommandText = """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $count + 1)
            INSERT INTO "PortForwards" ("Id", "SessionId", "GuestPort", "PublicPort", "NodeId", "Mark", "Label", "Sources", "Knock", "CreatedBy", "CreatedAt", "ExpiresAt", "ClosedAt")
            SELECT 'seed-' || i, f."SessionId", 1024 + i, 20000 + i, f."NodeId", i, f."Label", f."Sources", f."Knock", f."CreatedBy", f."CreatedAt", NULL, NULL
            FROM n, "PortForwards" f WHERE f."Id" = $like AND f."PublicPort" <> 20000 + i AND f."Mark" <> i LIMIT $count
            """;
        seed.Parameters.AddWithValue("$count", Count);
        seed.Parameters.AddWithValue("$like", like);
        Assert.Equal(Count, await seed.ExecuteNonQueryAsync());
    }

    private TimeSpan Cpu()
    {
        // After the name, which may hold spaces: state is field 3 of proc(5), utime and stime are 14 and 15.
        var fields = File.ReadAllText($"/proc/{lab.Portal.Child.Id}/stat").Split(") ")[1].Split(' ');
        return Tick * (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture));
    }

    private double ResidentMegabytes()
    {
        var line = File.ReadLines($"/proc/{lab.Portal.Child.Id}/status").First(l => l.StartsWith("VmRSS", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Changes / 2);
}
