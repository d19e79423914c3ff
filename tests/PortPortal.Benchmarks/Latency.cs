using System.Globalization;

namespace PortPortal.Benchmarks;

/// <summary>What each target adds to the upstream's own 99th percentile at a gentle pace.</summary>
internal static class Latency
{
    private const int PerSecond = 200;
    private const int Rounds = 3;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(5);

    public static async Task RunAsync(Target direct, IReadOnlyList<Target> targets, TextWriter output)
    {
        await PacedClient.P99Async(direct, PerSecond, Duration); // the client warms up
        await output.WriteLineAsync();
        await output.WriteLineAsync($"Added p99 at {PerSecond} req/s over the upstream itself; medians of {Rounds} rounds of {Duration.TotalSeconds:0} s");
        foreach (var target in targets)
        {
            var added = new List<(double Added, double Direct)>();
            for (var round = 0; round < Rounds; round++)
            {
                var plain = await PacedClient.P99Async(direct, PerSecond, Duration);
                added.Add((await PacedClient.P99Async(target, PerSecond, Duration) - plain, plain));
            }

            var middle = added.OrderBy(round => round.Added).ElementAt(Rounds / 2);
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{target.Name,-24}{middle.Added,8:0.00} ms   (direct {middle.Direct:0.00} ms)"));
        }
    }
}
