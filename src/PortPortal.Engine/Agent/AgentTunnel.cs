using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PortPortal.Engine.Nodes;
using PortPortal.Engine.Nodes.Protocol;
using PortPortal.Engine.Tunnels.WireGuard;

namespace PortPortal.Engine.Agent;

/// <summary>This machine's end of the tunnel, with the echo that the edge listens for.</summary>
internal sealed class AgentTunnel(Enrolment enrolment, IOptions<NodesOptions> options, TimeProvider time, ILogger<WireGuardTunnel> logger) : IAsyncDisposable
{
    /// <summary>The edge keeps the path open by its heartbeats; this is for when it is silent.</summary>
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly WireGuardTunnel _tunnel = new(logger);
    private readonly Lazy<TunnelKeyChange> _key = new(() => new(enrolment.LoadTunnelKeys(), options.Value.KeyLifetime, time));
    private volatile TunnelEcho? _echo;
    private volatile WireGuardPlan? _plan;
    private IPAddress? _echoAt;

    public event Action? Disturbed
    {
        add => _tunnel.Disturbed += value;
        remove => _tunnel.Disturbed -= value;
    }

    /// <summary>The public half of this end's key.</summary>
    public WireGuardKey Key => _key.Value.Current.PublicKey;

    /// <summary>The key that the portal has to hear; null for nothing.</summary>
    public WireGuardKey? KeyToAnnounce => _key.Value.ToAnnounce;

    /// <summary>Calls the edge anew when it has begun anew and knows no session; with or without the portal's stream.</summary>
    public async Task StayInTouchAsync(CancellationToken cancellationToken)
    {
        var silence = new PeerSilence(PeerSilence.OfCaller, time);
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            var isSilent = _echo is { } echo && echo.Silence >= Interval;
            await _tunnel.CallAsync(isSilent && _plan is { } plan ? plan.Peers : [], silence, cancellationToken);
        }
    }

    /// <summary>One caller at a time.</summary>
    /// <param name="portalAddress">Where the portal was reached, for an edge that is called there too.</param>
    /// <returns>What carries it, and why nothing does.</returns>
    public async Task<(string? Device, string? Fault)> ApplyAsync(DesiredTunnel? desired, IPAddress? portalAddress, CancellationToken cancellationToken)
    {
        var isOff = desired is null || options.Value.WireGuard == WireGuardUse.Off;
        _key.Value.Advance(isOff ? null : desired);
        if (desired is null || isOff)
        {
            await DownAsync(cancellationToken);
            return (null, desired is null ? null : "The node's setting Nodes:WireGuard says Off.");
        }

        if (PlanOf(desired, portalAddress) is not { } plan)
        {
            return (null, "The portal's plan for the tunnel cannot be read, or its address is not known yet.");
        }

        var report = await _tunnel.ApplyAsync(plan, cancellationToken);
        if (report.Fault is null && !EchoAt(plan.Address, plan.Peers[0].Address))
        {
            return (null, "The tunnel's own address cannot be used.");
        }

        var isOtherKey = _plan is { } before && (before.Identity.PublicKey != plan.Identity.PublicKey || before.Peers[0].PublicKey != plan.Peers[0].PublicKey);
        _plan = report.Fault is null ? plan : null;
        if (isOtherKey && report.Fault is null)
        {
            await _tunnel.ShakeAsync(plan.Peers[0], cancellationToken);
        }

        return report.Fault is null ? (report.Device, null) : (null, report.Fault);
    }

    public async ValueTask DisposeAsync()
    {
        _echo?.Dispose();
        await _tunnel.DisposeAsync();
    }

    private async Task DownAsync(CancellationToken cancellationToken)
    {
        _echo?.Dispose();
        (_echo, _echoAt, _plan) = (null, null, null);
        await _tunnel.RemoveAsync(cancellationToken);
    }

    private bool EchoAt(IPAddress own, IPAddress edge)
    {
        if (_echo is not null && own.Equals(_echoAt))
        {
            return true;
        }

        try
        {
            _echo?.Dispose();
            _echo = null;
            (_echo, _echoAt) = (new(own, edge, time), own);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private WireGuardPlan? PlanOf(DesiredTunnel desired, IPAddress? portalAddress)
    {
        var edgeHost = IPAddress.TryParse(desired.EdgeHost, out var given) ? given : portalAddress;
        return edgeHost is not null
            && IPAddress.TryParse(desired.Address, out var address)
            && IPAddress.TryParse(desired.EdgeAddress, out var edgeAddress)
            && IPNetwork.TryParse(desired.Network, out var network)
            && WireGuardKey.TryParse(desired.EdgeKey, out var edgeKey)
            ? new()
            {
                Interface = options.Value.Interface,
                Identity = _key.Value.Current,
                Address = address,
                Network = network,
                Mtu = desired.Mtu,
                Guard = TunnelGuard.Node,
                Peers = [new() { PublicKey = edgeKey, Address = edgeAddress, Endpoint = new(edgeHost, desired.EdgePort), KeepAlive = KeepAlive }],
            }
            : null;
    }
}
