using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Xunit.Abstractions;

namespace PortPortal.Tests.Nodes;

/// <summary>Many nodes on one portal of its own process: how soon all is as it was when the portal comes back, and what that costs.</summary>
public sealed class NodeFleetTests(ITestOutputHelper output)
{
    private const int Nodes = 20;
    private const int SessionsEach = 50;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Fleet_WhosePortalRestarts_IsBackWithinSeconds()
    {
        await using var app = await EchoApp.StartAsync();
        await using var portal = await PortalProcess.StartAsync("--Nodes:WireGuard", "Off", "--Containers:Socket", "none", "--Logging:LogLevel:Default", "Warning");
        var agents = new AgentApp[Nodes];
        try
        {
            // 1. The fleet.
            var started = Stopwatch.GetTimestamp();
            await Parallel.ForAsync(0, Nodes, async (i, _) =>
            {
                var created = await portal.Api.SendAsync(HttpMethod.Post, "/v1/nodes", new { name = $"node-{i}" });
                agents[i] = await AgentApp.StartAsync(portal.Portal, created.GetProperty("token").GetString()!);
            });
            var urls = new Uri[Nodes * SessionsEach];
            await Parallel.ForAsync(0, urls.Length, async (i, _) =>
            {
                await portal.Api.RegisterSessionAsync(new { name = $"shop-{i}", address = "127.0.0.1", node = $"node-{i % Nodes}" });
                urls[i] = new((await portal.Api.ExposeAsync($"shop-{i}", app.Port, "public")).GetProperty("url").GetString()!);
            });
            var firsts = urls[..Nodes];
            await Eventually.TrueAsync(() => AllAreBackAsync(portal, firsts), "every node serves", Patience);
            output.WriteLine($"{Nodes} nodes with {SessionsEach} sessions each: made in {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s; {Costs(portal)}");

            // 2. The portal is killed and begins anew.
            await portal.Child.KillAsync();
            await portal.RestartAsync();
            var back = Stopwatch.GetTimestamp();
            var before = CpuOf(portal);
            await Eventually.TrueAsync(() => AllAreBackAsync(portal, firsts), "every node serves again", Patience);
            var took = Stopwatch.GetElapsedTime(back);

            output.WriteLine($"portal killed and started: all {Nodes} nodes connected and serving {took.TotalSeconds:0.0} s after its start, for {CpuOf(portal) - before:0.0} CPU s; {Costs(portal)}");
            await Eventually.TrueAsync(async () => await ListeningAsync(portal) == urls.Length, "every session's port is heard of again", Patience);
            output.WriteLine($"the port of each of the {urls.Length} sessions known to listen by {Stopwatch.GetElapsedTime(back).TotalSeconds:0.0} s");
            Assert.InRange(took.TotalSeconds, 0, 15);
        }
        finally
        {
            await Parallel.ForEachAsync(agents.Where(agent => agent is not null), async (agent, _) => await agent.DisposeAsync());
        }
    }

    private static async Task<bool> AllAreBackAsync(PortalProcess portal, Uri[] urls)
    {
        var nodes = await portal.Api.SendAsync(HttpMethod.Get, "/v1/nodes");
        if (nodes.EnumerateArray().Count(node => node.TryGetProperty("remote", out _) && node.GetProperty("state").GetString() == "connected") < Nodes)
        {
            return false;
        }

        using var visitor = portal.Http.NewClient();
        foreach (var url in urls)
        {
            using var response = await visitor.GetAsync(new Uri(url, "/users"));
            if (!response.IsSuccessStatusCode)
            {
                return false;
            }
        }

        return true;
    }

    private static async Task<int> ListeningAsync(PortalProcess portal)
    {
        var sessions = await portal.Api.SendAsync(HttpMethod.Get, "/v1/sessions");
        return sessions.EnumerateArray().SelectMany(session => session.GetProperty("exposedPorts").EnumerateArray()).Count(port => port.TryGetProperty("listening", out var listening) && listening.ValueKind == JsonValueKind.True);
    }

    private static string Costs(PortalProcess portal)
    {
        var rss = File.ReadLines($"/proc/{portal.Child.Id}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return $"{CpuOf(portal):0.0} CPU s, {long.Parse(rss.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024} MiB in all";
    }

    /// <summary>Seconds, user and system (proc(5), fields 14 and 15).</summary>
    private static double CpuOf(PortalProcess portal)
    {
        const double TicksPerSecond = 100;
        var fields = File.ReadAllText($"/proc/{portal.Child.Id}/stat").Split(") ")[^1].Split(' ');
        return (double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond;
    }
}
