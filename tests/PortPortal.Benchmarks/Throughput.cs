using System.Globalization;

namespace PortPortal.Benchmarks;

/// <summary>Requests per second of pairs, one right after the other, several rounds; noise that lasts longer than a round hits both.</summary>
internal static class Throughput
{
    public static async Task RunAsync(Workbench bench, IReadOnlyList<Pair> pairs, BenchmarkOptions options, TextWriter output)
    {
        foreach (var target in pairs.SelectMany(pair => new[] { pair.One, pair.Other }).Distinct())
        {
            await Wrk.RunAsync(bench, target, options.Connections, 2);
        }

        await output.WriteLineAsync($"TLS 1.3, HTTP/1.1, 1 KB, {options.Connections} connections; medians of {options.Rounds} pairs of {options.Seconds} s");
        await output.WriteLineAsync($"{"one",-24}{"req/s",9}   {"other",-24}{"req/s",9}   {"ratio",6}  {"from – to",-13} goal");
        foreach (var pair in pairs)
        {
            var rounds = new List<(double One, double Other)>();
            for (var round = 0; round < options.Rounds; round++)
            {
                // Whoever goes first changes, so that neither always meets the warmer machine.
                var first = await Wrk.RunAsync(bench, round % 2 == 0 ? pair.One : pair.Other, options.Connections, options.Seconds);
                var second = await Wrk.RunAsync(bench, round % 2 == 0 ? pair.Other : pair.One, options.Connections, options.Seconds);
                rounds.Add(round % 2 == 0 ? (first, second) : (second, first));
            }

            var ratios = rounds.Select(round => round.One / round.Other).Order().ToList();
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"{pair.One.Name,-24}{Median(rounds.Select(r => r.One)),9:N0}   {pair.Other.Name,-24}{Median(rounds.Select(r => r.Other)),9:N0}   {Median(ratios),6:0.00}  {ratios[0]:0.00} – {ratios[^1],-6:0.00} {(pair.Goal is { } goal ? $"≥ {goal:0.0} {(Median(ratios) >= goal ? "reached" : "missed")}" : "")}"));
        }
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(values.Count() / 2);
}

/// <summary>Two targets to compare, and the ratio that the first is meant to reach.</summary>
internal sealed record Pair(Target One, Target Other, double? Goal);
