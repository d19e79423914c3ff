using PortPortal.Benchmarks;

// The peers and the edge in one run on one machine: dotnet run -c Release --project tests/PortPortal.Benchmarks
var options = BenchmarkOptions.Parse(args);
using var bench = await Workbench.CreateAsync();
await using var peers = await Peers.StartAsync(bench);
await bench.WriteHostsAsync([Workbench.HostName]);

Pair[] pairs =
[
    new(peers.NginxAuth, peers.HaProxy, null),
    new(peers.Nginx, peers.HaProxy, null),
    new(peers.CaddyAuth, peers.NginxAuth, null),
    new(peers.Caddy, peers.Nginx, null),
];
await Throughput.RunAsync(bench, pairs, options, Console.Out);
if (options.Latency)
{
    await Latency.RunAsync(peers.Upstream, [peers.Nginx, peers.NginxAuth], Console.Out);
}

return 0;
