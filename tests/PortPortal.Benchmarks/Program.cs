using System.Globalization;
using PortPortal.Benchmarks;
using PortPortal.Benchmarks.Dashboard;
using PortPortal.Benchmarks.Nodes;

// The portal's pages alone: … -- dashboard --sessions 1000 --pages 50 --seconds 30
if (args is ["dashboard", ..])
{
    await DashboardLoad.RunAsync(BenchmarkOptions.Number(args, "--sessions", 1000), BenchmarkOptions.Number(args, "--pages", 50), BenchmarkOptions.Number(args, "--seconds", 30), Console.Out);
    return 0;
}

// One change at a node that has many ports: … -- nodes --sessions 50 --ports 4
if (args is ["nodes", ..])
{
    await NodeChange.RunAsync(BenchmarkOptions.Number(args, "--sessions", 50), BenchmarkOptions.Number(args, "--ports", 4), Console.Out);
    return 0;
}

// The peers and the edge in one run on one machine: dotnet run -c Release --project tests/PortPortal.Benchmarks
var options = BenchmarkOptions.Parse(args);
using var bench = await Workbench.CreateAsync();
await using var peers = await Peers.StartAsync(bench);
await using var edge = await EdgeUnderTest.StartAsync(peers.Upstream);
await bench.WriteHostsAsync([Workbench.HostName, edge.Open.Url.Host, edge.Gated.Url.Host]);

if (double.Parse((await File.ReadAllTextAsync("/proc/loadavg")).Split(' ')[0], CultureInfo.InvariantCulture) is > 1 and var load)
{
    await Console.Out.WriteLineAsync($"Others use this machine, too (load {load}): these numbers are worth little.");
}

// The goals come from the product's specification; a ratio without one is there to judge the run by.
await Throughput.RunAsync(
    bench,
    [
        new(edge.Gated, peers.NginxAuth, Goal: 0.9),
        new(edge.Gated, peers.CaddyAuth, Goal: 2.5),
        new(edge.Gated, peers.HaProxy, Goal: null),
        new(edge.Open, peers.Nginx, Goal: null),
        new(edge.Open, peers.HaProxy, Goal: null),
        new(peers.NginxAuth, peers.HaProxy, Goal: null),
    ],
    options,
    Console.Out);
if (options.Latency)
{
    await Latency.RunAsync(peers.Upstream, [edge.Gated, edge.Open, peers.NginxAuth], Console.Out);
}

return 0;
