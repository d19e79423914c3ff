using System.Globalization;

namespace PortPortal.Benchmarks;

/// <summary>How long and how hard: <c>--rounds 5 --seconds 4 --connections 64 --no-latency</c>.</summary>
internal sealed record BenchmarkOptions
{
    public int Rounds { get; init; } = 5;

    public int Seconds { get; init; } = 4;

    public int Connections { get; init; } = 64;

    public bool Latency { get; init; } = true;

    public static BenchmarkOptions Parse(string[] args)
    {
        return new()
        {
            Rounds = Number(args, "--rounds", 5),
            Seconds = Number(args, "--seconds", 4),
            Connections = Number(args, "--connections", 64),
            Latency = !args.Contains("--no-latency", StringComparer.Ordinal),
        };
    }

    public static int Number(string[] args, string name, int otherwise) =>
        Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : otherwise;
}
