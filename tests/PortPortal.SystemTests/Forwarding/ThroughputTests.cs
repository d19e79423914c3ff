using System.Text.Json;
using PortPortal.Engine.Forwarding;
using Xunit.Abstractions;

namespace PortPortal.SystemTests.Forwarding;

/// <summary>A forward beside a rule written by hand and beside the relay, in turns on one machine.</summary>
[Collection(HeavyCollection.Name)]
public sealed class ThroughputTests(ITestOutputHelper output)
{
    private const int Rounds = 7;
    private const int HandPort = 31000;
    private const int ForwardPort = 31001;
    private const int RelayPort = 31002;

    [SystemFact("iperf3", "nft")]
    public async Task Forward_IsAsFastAsARuleWrittenByHand()
    {
        await using var lab = await ForwardingLab.CreateAsync();
        await using var kernel = await RemoteForwarder.StartAsync(lab.Host, ForwardingDriver.Nftables);
        await using var relay = await RemoteForwarder.StartAsync(lab.Host, ForwardingDriver.Relay);
        await using var server = lab.Guest.Start("iperf3", "-s");
        var forward = new PlannedForward { Mark = 1, PublicPort = ForwardPort, Target = new(System.Net.IPAddress.Parse(ForwardingLab.GuestAddress), 5201) };
        await kernel.ApplyAsync(new([forward]), CancellationToken.None);
        await relay.ApplyAsync(new([forward with { PublicPort = RelayPort }]), CancellationToken.None);
        await lab.Host.RunAsync($"nft 'table ip hand {{ chain pre {{ type nat hook prerouting priority dstnat; tcp dport {HandPort} dnat to {ForwardingLab.GuestAddress}:5201; }}; }}'");
        await Eventually.TrueAsync(async () => (await lab.Guest.RunAsync("ss -Htln")).Contains(":5201", StringComparison.Ordinal), "iperf3 listens");

        var pairs = new List<(double Hand, double Forward, double Relay)>();
        for (var round = 0; round < Rounds; round++)
        {
            // In turns, and every other time the other way round: a machine that gets busy hits all alike.
            var first = await GigabitsAsync(lab, round % 2 == 0 ? HandPort : ForwardPort);
            var second = await GigabitsAsync(lab, round % 2 == 0 ? ForwardPort : HandPort);
            var relayed = await GigabitsAsync(lab, RelayPort);
            pairs.Add(round % 2 == 0 ? (first, second, relayed) : (second, first, relayed));
        }

        var toHand = Median(pairs.Select(p => p.Forward / p.Hand));
        output.WriteLine($"by hand {Median(pairs.Select(p => p.Hand)):0.0} Gbit/s, forward {Median(pairs.Select(p => p.Forward)):0.0}, relay {Median(pairs.Select(p => p.Relay)):0.0}");
        output.WriteLine($"forward to hand {toHand:0.000}, relay to hand {Median(pairs.Select(p => p.Relay / p.Hand)):0.00}");

        // 0.98 is the aim; a shared machine moves single runs by 40 %.
        Assert.InRange(toHand, 0.7, double.MaxValue);
    }

    private static async Task<double> GigabitsAsync(ForwardingLab lab, int port)
    {
        var json = await lab.Visitor.RunAsync($"iperf3 -J -t 1 -c {ForwardingLab.HostAddress} -p {port}");
        return JsonDocument.Parse(json).RootElement.GetProperty("end").GetProperty("sum_received").GetProperty("bits_per_second").GetDouble() / 1e9;
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Rounds / 2);
}
