using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using PortPortal.Engine.Agent;
using PortPortal.Engine.Nodes;
using PortPortal.Engine.Nodes.Protocol;

namespace PortPortal.Benchmarks.Nodes;

/// <summary>What one change of one port costs where a node is told its whole desired state: bytes on its stream, and time of a processor on both ends.</summary>
/// <remarks>In one process; the node's end is the real one, with the relay as its forwarder and no tunnel.</remarks>
internal static class NodeChange
{
    private const string Node = "far";
    private const int FirstPort = 20_000;
    private const int Warm = 50;
    private const int Rounds = 300;

    public static async Task RunAsync(int sessions, int portsEach, TextWriter output)
    {
        var folder = Directory.CreateTempSubdirectory("portportal-nodes");
        try
        {
            await MeasureAsync(sessions * portsEach, folder.FullName, output);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task MeasureAsync(int count, string folder, TextWriter output)
    {
        var wants = new NodeWants();
        var message = Array.Empty<byte>();
        var round = 0;
        var portal = await CostAsync(() =>
        {
            wants.Want(Node, Ports(count, round++));
            message = JsonSerializer.SerializeToUtf8Bytes<PortalMessage>(wants.Of(Node), ProtocolJson.Default.PortalMessage);
            return Task.CompletedTask;
        });

        IConfiguration settings = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["Data:Directory"] = folder, ["Nodes:WireGuard"] = "Off", ["Forwarding:Driver"] = "Relay" })
            .Build();
        var services = new ServiceCollection().AddLogging().AddSingleton(settings).AddAgent(settings);
        await using var agent = services.BuildServiceProvider();
        using var ended = new CancellationTokenSource();
        var (work, ports) = (agent.GetRequiredService<AgentWork>(), agent.GetRequiredService<AgentPorts>());
        var applied = new SemaphoreSlim(0);
        work.Applied += () => applied.Release();
        var running = work.RunAsync(ended.Token);
        var said = Array.Empty<byte>();
        var node = await CostAsync(async () =>
        {
            wants.Want(Node, Ports(count, round++));
            var told = JsonSerializer.SerializeToUtf8Bytes<PortalMessage>(wants.Of(Node), ProtocolJson.Default.PortalMessage);
            work.Take((Desired)JsonSerializer.Deserialize(told, ProtocolJson.Default.PortalMessage)!, portalAddress: null);
            await applied.WaitAsync(ended.Token);
            said = JsonSerializer.SerializeToUtf8Bytes<NodeMessage>(ports.Complete(work.Report!), ProtocolJson.Default.NodeMessage);
        });
        var idle = await CostAsync(() =>
        {
            _ = JsonSerializer.SerializeToUtf8Bytes<NodeMessage>(ports.Complete(work.Report!), ProtocolJson.Default.NodeMessage).AsSpan().SequenceEqual(said);
            return Task.CompletedTask;
        });
        await ended.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        await output.WriteLineAsync($"{count} ports: {message.Length / 1024.0:0.0} KB are told, {said.Length / 1024.0:0.0} KB are reported");
        await output.WriteLineAsync($"one change, portal: {portal.Cpu:0.00} ms of a processor");
        await output.WriteLineAsync($"one change, node:   {node.Cpu - portal.Cpu:0.00} ms of a processor, in force after {node.Wall:0.0} ms (median)");
        await output.WriteLineAsync($"no change, node:    {2 * idle.Cpu:0.00} ms of a processor each second, to see that there is nothing to report");
    }

    /// <summary>The same ports but for the last one, which is another each time.</summary>
    private static List<DesiredPort> Ports(int count, int round) =>
    [
        .. Enumerable.Range(0, count).Select(i => new DesiredPort
        {
            Id = $"{i:000000000000}",
            Mark = (uint)(i + 1),
            PublicPort = i == count - 1 ? FirstPort + i + (round % 2) : FirstPort + i,
            Target = $"10.77.{i / 250}.{2 + (i % 250)}:3000",
            EdgeOnly = false,
        }),
    ];

    /// <returns>Milliseconds of one round: of a processor on average, and by the clock in the median.</returns>
    private static async Task<(double Cpu, double Wall)> CostAsync(Func<Task> once)
    {
        for (var i = 0; i < Warm; i++)
        {
            await once();
        }

        using var process = Process.GetCurrentProcess();
        var walls = new List<double>();
        var before = process.TotalProcessorTime;
        for (var i = 0; i < Rounds; i++)
        {
            var started = Stopwatch.GetTimestamp();
            await once();
            walls.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        process.Refresh();
        return ((process.TotalProcessorTime - before).TotalMilliseconds / Rounds, walls.Order().ElementAt(Rounds / 2));
    }
}
