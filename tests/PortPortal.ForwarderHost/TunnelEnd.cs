using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using PortPortal.Engine.Tunnels.WireGuard;

namespace PortPortal.ForwarderHost;

/// <summary>One end of a tunnel in a process of its own: says when it is up, and on an edge when the other end is heard and when it is silent.</summary>
internal static class TunnelEnd
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan ApplyInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1.5);

    public static async Task RunAsync(string json, CancellationToken cancellationToken)
    {
        var end = JsonSerializer.Deserialize<TunnelEndPlan>(json)!;
        var identity = WireGuardIdentity.LoadOrCreate(end.KeyFile);
        await using var tunnel = new WireGuardTunnel(NullLogger<WireGuardTunnel>.Instance);
        var plan = end.ToPlan(identity);
        var said = "";
        var report = new WireGuardReport("not applied yet", null);
        var appliedAt = 0L;
        TunnelEcho? echo = null;
        TunnelPulse? pulse = null;
        var silence = new PeerSilence(end.Guard == TunnelGuard.Edge ? PeerSilence.OfCalled : PeerSilence.OfCaller, TimeProvider.System);
        Console.WriteLine($"key {identity.PublicKey}");
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                if (report.Fault is not null || Stopwatch.GetElapsedTime(appliedAt) > ApplyInterval)
                {
                    report = await tunnel.ApplyAsync(plan, cancellationToken);
                    appliedAt = Stopwatch.GetTimestamp();
                }

                if (report.Fault is null && end.Guard == TunnelGuard.Node)
                {
                    echo ??= new(plan.Address, plan.Peers[0].Address, TimeProvider.System);
                }
                else if (report.Fault is null)
                {
                    pulse ??= new(plan.Address, plan.Mtu, TimeProvider.System);
                    pulse.Send(plan.Peers[0].Address);
                }

                var isSilent = (pulse is null ? echo?.Silence : pulse.SilenceOf(plan.Peers[0].Address)) is not { } quiet || quiet > Patience;
                await tunnel.CallAsync(isSilent ? plan.Peers : [], silence, cancellationToken);
                var now = report.Fault ?? $"up {report.Device}{(pulse is null ? "" : pulse.SilenceOf(plan.Peers[0].Address) < Patience ? " heard" : " silent")}";
                if (now != said)
                {
                    Console.WriteLine(said = now);
                }

                await Task.Delay(Interval, cancellationToken);
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException)
            {
                Console.WriteLine(exception.Message);
            }
        }

        echo?.Dispose();
        pulse?.Dispose();
    }
}

/// <summary>A <see cref="WireGuardPlan"/> with one peer, in JSON's own types.</summary>
public sealed record TunnelEndPlan
{
    public required string Interface { get; init; }

    public required string KeyFile { get; init; }

    public required string Address { get; init; }

    public required TunnelGuard Guard { get; init; }

    public int? ListenPort { get; init; }

    public required string PeerKey { get; init; }

    public required string PeerAddress { get; init; }

    public string? PeerEndpoint { get; init; }

    internal WireGuardPlan ToPlan(WireGuardIdentity identity) => new()
    {
        Interface = Interface,
        Identity = identity,
        Address = IPAddress.Parse(Address),
        Network = IPNetwork.Parse("10.213.0.0/16"),
        ListenPort = ListenPort,
        Guard = Guard,
        Peers =
        [
            new()
            {
                PublicKey = WireGuardKey.TryParse(PeerKey, out var key) ? key : throw new InvalidOperationException($"{PeerKey} is no key."),
                Address = IPAddress.Parse(PeerAddress),
                Endpoint = PeerEndpoint is null ? null : IPEndPoint.Parse(PeerEndpoint),
                KeepAlive = PeerEndpoint is null ? null : TimeSpan.FromSeconds(5),
            },
        ],
    };
}
